//! A search: every leg ranks every query, the rankings are fused, the best are read.
//!
//! Several searches are one walk: their queries are embedded together, and each collection is
//! visited once, in one view that does not change meanwhile. A visit keeps what it read, and ends
//! before the next begins: connections are few.

mod answer;
mod asked;
mod embedding;
mod explain;
mod filtered;
mod legs;
mod neighbours;
mod plan;
mod rankings;
mod visit;

use chassis::auth::Tenant;

pub(super) use crate::retriever::searching::embedding::Looked;

use crate::error::Shape;
use crate::retriever::searching::answer::answer;
use crate::retriever::searching::asked::Asked;
use crate::search::{Batch, Found, Search};
use crate::{Error, Retriever};

/// The most searches of one call.
const MOST_SEARCHES: usize = 32;

impl Retriever {
    /// The passages that best answer, best first. An empty collection has none.
    ///
    /// # Errors
    ///
    /// A request that says nothing, or asks for what cannot be, is refused by the field; a collection
    /// that is not there is not found; and one that every leg which was asked for failed on is told
    /// by the failure.
    pub async fn search(&self, tenant: &Tenant, search: Search) -> Result<Found, Error> {
        let Batch { mut results, consumed } = self.search_batch(tenant, vec![Ok(search)]).await?;
        let found = results.pop().ok_or_else(|| Error::broken("a search came to nothing"))?;
        found.map(|found| Found { consumed, ..found })
    }

    /// What becomes of several searches; one that is refused, if before it came here, does not spoil
    /// the others.
    ///
    /// # Errors
    ///
    /// More searches than are taken, and a store that does not serve.
    pub async fn search_batch(
        &self,
        tenant: &Tenant,
        searches: Vec<Result<Search, Error>>,
    ) -> Result<Batch, Error> {
        if searches.len() > MOST_SEARCHES {
            return Err(Shape::TooManySearches(MOST_SEARCHES).into());
        }
        let mut asked: Vec<Asked> = searches.into_iter().map(Asked::of).collect();
        // Before any visit, which holds a connection: a model takes its time.
        let consumed = self.embed_queries(tenant, &mut asked).await;
        for collection in collections(&asked) {
            self.visit(tenant, &collection, &mut asked).await?;
        }
        let results = asked.into_iter().map(|asked| asked.end().and_then(answer)).collect();
        Ok(Batch { results, consumed })
    }
}

/// Every collection that a search means, once.
fn collections(asked: &[Asked]) -> Vec<String> {
    let mut names: Vec<String> =
        asked.iter().filter_map(Asked::plan).flat_map(|plan| plan.collections.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
