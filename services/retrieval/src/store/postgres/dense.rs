//! The dense leg: the chunks whose vectors are nearest, compared one by one or found by an index.
//!
//! An index that is asked under a filter may come back short, or empty, without a word. So few
//! vectors are compared one by one; where the index is asked it goes on until it has found enough;
//! and what it returns is counted.

mod statement;

use crate::Error;
use crate::embed::{Space, Vector};
use crate::filter::Filter;
use crate::fuse::{Hit, Key};
use crate::store::Ranked;
use crate::store::postgres::dense::statement::{exact, indexed, passing};
use crate::store::postgres::index::{self, Index};
use crate::store::postgres::ranking::Place;
use crate::store::postgres::session::Session;
use crate::store::postgres::table::Table;
use crate::store::row::{count, small};

/// How far a graph is searched, at the least and at the most.
const SEARCHED: std::ops::RangeInclusive<u32> = 100..=1000;

/// What is asked of one collection's vectors.
pub(super) struct Ask<'a> {
    pub(super) place: Place<'a>,
    pub(super) table: &'a Table,
    pub(super) space: &'a Space,
    pub(super) vectors: &'a [Vector],
    pub(super) filter: &'a Filter,
    pub(super) limit: u32,
}

/// A hit, and the number of the vector that found it, from 1.
#[derive(sqlx::FromRow)]
struct Near {
    asked: i64,
    document_id: String,
    ordinal: i64,
    likeness: f64,
}

/// For each vector the chunks whose vectors are nearest, best first.
pub(super) async fn rank(link: &mut Session, ask: &Ask<'_>) -> Result<Vec<Ranked>, Error> {
    let Some(found) = index::look(link, ask.table, ask.place, ask.space).await? else {
        return Ok(ranked(ask, Vec::new(), ""));
    };
    let there = count(found.vectors);
    if found.index != Index::Ready {
        let how = format!("exact scan of {there} vectors{}", found.index.remark());
        return compared(link, ask, found.number, how).await;
    }
    let few = ask.table.indexing.exact_up_to;
    let passing = match passing(ask, found.number, few) {
        Some(statement) => count(statement.count(link, ask.place).await?),
        None => there,
    };
    if passing <= few && passing < there {
        let how = format!("exact scan of the {passing} vectors that the filter leaves");
        return compared(link, ask, found.number, how).await;
    }
    searched(link, ask, found.number, passing).await
}

/// By the index; and one by one where it came back short.
async fn searched(
    link: &mut Session,
    ask: &Ask<'_>,
    space: i64,
    passing: u64,
) -> Result<Vec<Ranked>, Error> {
    let far = ask.limit.saturating_mul(2).clamp(*SEARCHED.start(), *SEARCHED.end());
    tune(link, far).await?;
    let near = indexed(ask, space).near(link, ask).await?;
    let how = format!("index {}, ef_search {far}", index::name(space));
    let ranked = ranked(ask, near, &how);
    let wanted = usize::try_from(passing.min(u64::from(ask.limit))).unwrap_or(usize::MAX);
    if ranked.iter().all(|ranked| ranked.hits.len() >= wanted) {
        return Ok(ranked);
    }
    compared(link, ask, space, format!("{how}, which came back short; then exact scan")).await
}

/// Every vector that the filter leaves, one by one.
async fn compared(
    link: &mut Session,
    ask: &Ask<'_>,
    space: i64,
    how: String,
) -> Result<Vec<Ranked>, Error> {
    let near = exact(ask, space).near(link, ask).await?;
    Ok(ranked(ask, near, &how))
}

/// Tells the database how far to search a graph, and not to sort what a graph has in order.
///
/// These hold for this transaction alone, also behind a pooler.
async fn tune(link: &mut Session, far: u32) -> Result<(), Error> {
    link.query(
        "select set_config('hnsw.ef_search', $1, true),
           set_config('hnsw.iterative_scan', 'relaxed_order', true),
           set_config('enable_sort', 'off', true), set_config('jit', 'off', true)",
    )
    .bind(far.to_string())
    .execute(link.link())
    .await?;
    Ok(())
}

/// What each vector found, best first and no more than is asked for.
fn ranked(ask: &Ask<'_>, near: Vec<Near>, how: &str) -> Vec<Ranked> {
    let ranked = || Ranked { how: how.to_owned(), ..Ranked::default() };
    let mut all: Vec<Ranked> = ask.vectors.iter().map(|_| ranked()).collect();
    let most = usize::try_from(ask.limit).unwrap_or(usize::MAX);
    for Near { asked, document_id, ordinal, likeness } in near {
        let at = usize::try_from(asked - 1).ok();
        let Some(ranked) = at.and_then(|at| all.get_mut(at)) else { continue };
        if ranked.hits.len() < most {
            let key = Key { document_id, ordinal: small(ordinal) };
            ranked.hits.push(Hit { key, score: likeness });
        }
    }
    all
}
