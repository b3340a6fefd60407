//! The dense leg: the rows whose vectors are nearest, by the operator that the index serves.
//!
//! An index that is asked under a filter may come back short, or empty, without a word. So few rows
//! are compared one by one, and where an index is asked it goes on until it has found enough.

use crate::Error;
use crate::filter::Filter;
use crate::fuse::{Hit, Key};
use crate::store::Ranked;
use crate::store::attached::filter::Condition;
use crate::store::attached::layout::{Index, Layout, Method};
use crate::store::attached::session::{Session, rows, set};

/// Up to so many rows are compared one by one where a filter leaves them.
const FEW: i64 = 20_000;
/// How far a graph is searched, at the least and at the most.
const SEARCHED: std::ops::RangeInclusive<u32> = 100..=1000;
/// How many lists are searched, at the least.
const PROBES: i32 = 10;

/// An id, and how far it is.
type Near = (String, f64);

/// The rows whose vectors are nearest.
pub(super) async fn rank(
    session: &mut Session,
    vector: &[f32],
    filter: &Filter,
    limit: u32,
) -> Result<Ranked, Error> {
    let ask = Ask { vector: written(vector), filter, limit };
    let Some(index) = session.layout.index.clone() else {
        let near = exact(session, &ask).await?;
        return Ok(ranked(session, near, "no vector index: exact scan".to_owned()));
    };
    let passing = match filter.constant() {
        Some(true) => None,
        Some(false) | None => Some(passing(session, filter).await?),
    };
    if let Some(passing @ 0..=FEW) = passing {
        let near = exact(session, &ask).await?;
        let how = format!("exact scan of the {passing} rows that the filter leaves");
        return Ok(ranked(session, near, how));
    }
    indexed(session, &ask, &index).await
}

struct Ask<'a> {
    vector: String,
    filter: &'a Filter,
    limit: u32,
}

/// By the index; and one by one where it came back short of a small table.
async fn indexed(session: &mut Session, ask: &Ask<'_>, index: &Index) -> Result<Ranked, Error> {
    let said = tune(session, index, ask.limit).await?;
    let near = nearest(session, ask).await?;
    let mut ranked = ranked(session, near, format!("index {} ({said})", index.name));
    let wanted = usize::try_from(ask.limit).unwrap_or(usize::MAX);
    if ranked.hits.len() >= wanted {
        return Ok(ranked);
    }
    let there = usize::try_from(passing(session, ask.filter).await?).unwrap_or(0);
    if ranked.hits.len() >= wanted.min(there) {
        return Ok(ranked);
    }
    if there <= FEW as usize {
        let near = exact(session, ask).await?;
        let how = format!("{}, which came back short; then exact scan", ranked.how);
        return Ok(self::ranked(session, near, how));
    }
    let found = ranked.hits.len();
    ranked.short = format!("the index {} found {found} of more rows that match", index.name);
    Ok(ranked)
}

/// Tells the index how far to search; says what was told.
async fn tune(session: &mut Session, index: &Index, limit: u32) -> Result<String, Error> {
    let sign = session.layout.operator.sign();
    let (family, name, value, said) = match index.method {
        Method::Hnsw => {
            let searched = limit.saturating_mul(2).clamp(*SEARCHED.start(), *SEARCHED.end());
            ("hnsw", "hnsw.ef_search", searched.to_string(), format!("ef_search {searched}"))
        }
        Method::Ivfflat { lists } => {
            let probes = PROBES.max(lists / 10).min(lists.max(1));
            let said = format!("{probes} of {lists} lists");
            ("ivfflat", "ivfflat.probes", probes.to_string(), said)
        }
    };
    let mut settings = vec![(name.to_owned(), value)];
    if session.layout.iterates {
        settings.push((format!("{family}.iterative_scan"), "relaxed_order".to_owned()));
    }
    for (name, value) in settings {
        let done = set(session.link(), &name, &value).await;
        done.map_err(|error| session.failed(&error))?;
    }
    Ok(format!("{family}, {sign}, {said}"))
}

/// Every row that the filter leaves, compared; no index takes part.
async fn exact(session: &mut Session, ask: &Ask<'_>) -> Result<Vec<Near>, Error> {
    let Layout { source, .. } = session.layout.as_ref();
    let condition = Condition::of(ask.filter, 3);
    let sql = format!(
        "with candidate as materialized (select id::text as id, vec from {source} where {})
         select id, ({})::float8 as distance from candidate order by distance, id limit $2",
        passes(&session.layout, condition.as_ref()),
        session.layout.distance()
    );
    near(session, ask, sql, condition).await
}

/// By the index. It may return the rows a little out of order.
async fn nearest(session: &mut Session, ask: &Ask<'_>) -> Result<Vec<Near>, Error> {
    let Layout { source, .. } = session.layout.as_ref();
    let distance = session.layout.distance();
    let condition = Condition::of(ask.filter, 3);
    let sql = format!(
        "with near as materialized (
           select id::text as id, ({distance})::float8 as distance from {source}
           where {} order by {distance} limit $2)
         select id, distance from near order by distance, id",
        passes(&session.layout, condition.as_ref())
    );
    near(session, ask, sql, condition).await
}

async fn near(
    session: &mut Session,
    ask: &Ask<'_>,
    sql: String,
    condition: Option<Condition>,
) -> Result<Vec<Near>, Error> {
    let mut query = rows(sql).bind(&ask.vector).bind(i64::from(ask.limit));
    if let Some(condition) = condition {
        query = query.bind(condition.values);
    }
    let found = query.fetch_all(&mut **session.link()).await;
    found.map_err(|error| session.failed(&error))
}

/// How many rows the filter leaves, counted no further than to many.
async fn passing(session: &mut Session, filter: &Filter) -> Result<i64, Error> {
    let Layout { source, .. } = session.layout.as_ref();
    let condition = Condition::of(filter, 2);
    let sql = format!(
        "select count(*) from (select from {source} where {} limit $1) as row",
        passes(&session.layout, condition.as_ref())
    );
    let mut query = rows::<(i64,)>(sql).bind(FEW + 1);
    if let Some(condition) = condition {
        query = query.bind(condition.values);
    }
    let counted = query.fetch_one(&mut **session.link()).await;
    Ok(counted.map_err(|error| session.failed(&error))?.0)
}

/// The condition that a row's vector can be compared, and that the filter leaves it.
fn passes(layout: &Layout, condition: Option<&Condition>) -> String {
    match condition {
        None => layout.comparable(),
        Some(Condition { sql, .. }) => format!("{} and {sql}", layout.comparable()),
    }
}

/// A vector as the database reads it.
fn written(vector: &[f32]) -> String {
    let numbers: Vec<String> = vector.iter().map(f32::to_string).collect();
    format!("[{}]", numbers.join(","))
}

/// The hits, nearest first. To a vector of zeros nothing has a distance.
fn ranked(session: &Session, near: Vec<Near>, how: String) -> Ranked {
    let Layout { operator, strays, dimension, .. } = session.layout.as_ref();
    let near = near.into_iter().filter(|(_, distance)| !distance.is_nan());
    let hit = |(document_id, distance)| Hit {
        key: Key { document_id, ordinal: 0 },
        score: operator.likeness(distance),
    };
    let warning = match (strays, dimension) {
        (1.., Some(dimension)) => format!(
            "{strays} of the rows looked at have vectors of another length than {dimension}, and the dense leg leaves them out"
        ),
        _ => String::new(),
    };
    Ranked { hits: near.map(hit).collect(), how, short: String::new(), warning }
}
