//! The chunks whose vectors are nearest.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use futures_util::TryStreamExt;
use kernel::Path;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Row};

use crate::Error;
use crate::embed::{Vector, unit};
use crate::filter::Filter;
use crate::fuse::{Hit, Key};
use crate::store::Ranked;
use crate::store::row::small;
use crate::store::sqlite::cache::{Cache, Candidates, Passing, State};
use crate::store::sqlite::filter::Condition;
use crate::store::sqlite::vector::floats;

/// Where to look, and for whom.
pub(super) struct Nearest<'a> {
    pub(super) tenant: &'a str,
    pub(super) collection: &'a str,
    pub(super) state: State,
    pub(super) filter: &'a Filter,
    pub(super) limit: usize,
}

impl Nearest<'_> {
    /// For each vector the nearest chunks of documents that pass, best first.
    ///
    /// What is held in memory says which may be among them, and the file's own vectors which are.
    pub(super) async fn search(
        &self,
        link: &mut SqliteConnection,
        cache: &Cache,
        vectors: &[Vector],
    ) -> Result<Vec<Ranked>, Error> {
        let queries: Option<Vec<Vector>> = vectors.iter().map(|vector| unit(vector)).collect();
        let queries = queries.ok_or_else(|| Error::broken("a query's vector has no direction"))?;
        let passing = self.passing(link).await?;
        let bitmap = passing.as_deref().map(Passing::new);
        match cache.candidates(link, self.state, &queries, bitmap, self.limit).await? {
            Some(candidates) => self.compare(link, &queries, candidates).await,
            None => self.exact(link, &queries, passing).await,
        }
    }

    /// The chunks of documents that pass; nothing where all do.
    async fn passing(&self, link: &mut SqliteConnection) -> Result<Option<Vec<i64>>, Error> {
        let Some(condition) = Condition::of(self.filter, 3) else { return Ok(None) };
        let sql = format!(
            "select json_group_array(number) from chunk
             where tenant = ?1 and collection = ?2 and {}",
            condition.on("document_id")
        );
        let chunks: String = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(self.tenant)
            .bind(self.collection)
            .bind(condition.values)
            .fetch_one(link)
            .await?;
        serde_json::from_str(&chunks).map(Some).map_err(Error::broken)
    }

    /// Holds the candidates' own vectors against those that are searched for.
    async fn compare(
        &self,
        link: &mut SqliteConnection,
        queries: &[Vector],
        candidates: Candidates,
    ) -> Result<Vec<Ranked>, Error> {
        let all: HashSet<i64> = candidates.chunks.iter().flatten().copied().collect();
        let rows: Vec<(i64, String, i64, Vec<u8>)> = sqlx::query_as(
            "select chunk.number, document_id, ordinal, vector
             from json_each(?2) as wanted join chunk on chunk.number = wanted.value
             join chunk_vector on chunk_vector.chunk = chunk.number and space = ?1",
        )
        .bind(self.state.space)
        .bind(serde_json::Value::from_iter(all).to_string())
        .fetch_all(link)
        .await?;
        let key = |document_id, ordinal| Key { document_id, ordinal: small(ordinal) };
        let there: HashMap<i64, (Key, Vector)> = rows
            .into_iter()
            .map(|(number, id, ordinal, vector)| (number, (key(id, ordinal), floats(&vector))))
            .collect();
        let path = Path::best();
        let mut found = Vec::with_capacity(queries.len());
        for (query, chunks) in queries.iter().zip(&candidates.chunks) {
            let mut best = Best::new(self.limit);
            for (key, vector) in chunks.iter().filter_map(|chunk| there.get(chunk)) {
                best.offer(f64::from(path.dot(query, vector)), || Ok(key.clone()))?;
            }
            found.push(Ranked { how: candidates.how.clone(), ..Ranked::from(best.into_hits()) });
        }
        Ok(found)
    }

    /// Holds every vector in the file against those that are searched for.
    async fn exact(
        &self,
        link: &mut SqliteConnection,
        queries: &[Vector],
        passing: Option<Vec<i64>>,
    ) -> Result<Vec<Ranked>, Error> {
        let passing: Option<HashSet<i64>> = passing.map(HashSet::from_iter);
        let mut best: Vec<Best> = queries.iter().map(|_| Best::new(self.limit)).collect();
        let mut rows = sqlx::query(
            "select document_id, ordinal, vector, chunk.number
             from chunk_vector join chunk on chunk.number = chunk where space = ?",
        )
        .bind(self.state.space)
        .fetch(link);
        let (path, mut compared) = (Path::best(), 0usize);
        while let Some(row) = rows.try_next().await? {
            let number: i64 = row.try_get(3)?;
            if passing.as_ref().is_some_and(|passing| !passing.contains(&number)) {
                continue;
            }
            let vector = floats(row.try_get(2)?);
            for (query, best) in queries.iter().zip(&mut best) {
                best.offer(f64::from(path.dot(query, &vector)), || key(&row))?;
            }
            compared += 1;
        }
        let how = format!("exact scan of the file, {compared} vectors compared");
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
