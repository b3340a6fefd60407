//! The chunks whose vectors are nearest.

use std::cmp::Ordering;

use futures_util::TryStreamExt;
use kernel::Path;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::Error;
use crate::embed::{Vector, unit};
use crate::fuse::{Hit, Key};
use crate::metadata::Fact;
use crate::store::Ranked;
use crate::store::row::small;
use crate::store::sqlite::vector::floats;
use crate::store::sqlite::words::list;

/// Where to look, and for whom.
pub(super) struct Nearest<'a> {
    pub(super) tenant: &'a str,
    pub(super) collection: &'a str,
    pub(super) space: i64,
    pub(super) facts: &'a [Fact],
    pub(super) limit: usize,
}

impl Nearest<'_> {
    /// Holds every vector in the file against those that are searched for.
    pub(super) async fn exact(
        &self,
        link: &mut SqliteConnection,
        vectors: &[Vector],
    ) -> Result<Vec<Ranked>, Error> {
        let queries: Option<Vec<Vector>> = vectors.iter().map(|vector| unit(vector)).collect();
        let queries = queries.ok_or_else(|| Error::broken("a query's vector has no direction"))?;
        let mut best: Vec<Best> = queries.iter().map(|_| Best::new(self.limit)).collect();
        let mut rows = sqlx::query(
            "select document_id, ordinal, vector
             from chunk_vector join chunk on chunk.number = chunk
             where space = ?1 and (?4 = 0 or document_id in (
               select fact.document_id from fact
               join json_each(?5) as wanted
                 on fact.field = wanted.value ->> 0 and fact.value = wanted.value ->> 1
               where fact.tenant = ?2 and fact.collection = ?3
               group by fact.document_id having count(*) = ?4))",
        )
        .bind(self.space)
        .bind(self.tenant)
        .bind(self.collection)
        .bind(self.facts.len() as i64)
        .bind(list(self.facts))
        .fetch(link);
        let (path, mut seen) = (Path::best(), 0usize);
        while let Some(row) = rows.try_next().await? {
            let vector = floats(row.try_get(2)?);
            for (query, best) in queries.iter().zip(&mut best) {
                best.offer(f64::from(path.dot(query, &vector)), || key(&row))?;
            }
            seen += 1;
        }
        let how = format!("exact, {seen} vectors compared");
        let ranked = |best: Best| Ranked { how: how.clone(), ..Ranked::from(best.into_hits()) };
        Ok(best.into_iter().map(ranked).collect())
    }
}

fn key(row: &SqliteRow) -> Result<Key, sqlx::Error> {
    Ok(Key { document_id: row.try_get(0)?, ordinal: small(row.try_get(1)?) })
}

/// The best hits so far.
struct Best {
    limit: usize,
    /// What is not better than this is not among them.
    floor: f64,
    hits: Vec<Hit>,
}

impl Best {
    fn new(limit: usize) -> Self {
        Self { limit, floor: f64::NEG_INFINITY, hits: Vec::with_capacity(2 * limit) }
    }

    fn offer(
        &mut self,
        score: f64,
        key: impl FnOnce() -> Result<Key, sqlx::Error>,
    ) -> Result<(), sqlx::Error> {
        if score >= self.floor {
            self.hits.push(Hit { key: key()?, score });
        }
        if self.hits.len() >= 2 * self.limit {
            self.cut();
        }
        Ok(())
    }

    fn cut(&mut self) {
        self.hits.sort_unstable_by(order);
        self.hits.truncate(self.limit);
        self.floor = self.hits.last().map_or(f64::NEG_INFINITY, |last| last.score);
    }

    fn into_hits(mut self) -> Vec<Hit> {
        self.cut();
        self.hits
    }
}

/// The best first; equals in the order of their keys.
fn order(a: &Hit, b: &Hit) -> Ordering {
    b.score.total_cmp(&a.score).then_with(|| a.key.cmp(&b.key))
}
