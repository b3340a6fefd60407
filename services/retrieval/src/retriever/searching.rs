//! A search: every leg ranks every query, the rankings are fused, the best are read.

mod explain;
mod plan;

use std::collections::HashMap;

use chassis::auth::Tenant;

use crate::fuse::{Fused, Key, Ranking, fuse};
use crate::retriever::searching::explain::explain;
use crate::retriever::searching::plan::Plan;
use crate::search::{Found, Leg, Passage, Search};
use crate::store::{Snapshot, StoredPassage};
use crate::{Error, Retriever};

/// What an answer says of a leg that is not there.
const ABSENT: &str = "absent";

impl Retriever {
    /// The passages that best answer, best first. An empty collection has none.
    ///
    /// # Errors
    ///
    /// A request that says nothing, or asks for what cannot be, is refused by the field; a collection
    /// that is not there is not found.
    pub async fn search(&self, tenant: &Tenant, search: Search) -> Result<Found, Error> {
        let plan = Plan::of(search)?;
        let snapshot = self.store.snapshot(tenant, &plan.collection).await?;
        let Some(mut snapshot) = snapshot else {
            return Err(Error::CollectionNotFound(plan.collection));
        };
        let mut rankings = Vec::new();
        let mut degraded = Vec::new();
        for leg in plan.mode.legs() {
            match leg {
                Leg::Keyword => rankings.extend(keyword(snapshot.as_mut(), &plan).await?),
                // The place of the dense leg: it ranks each query in the same snapshot, once
                // something embeds.
                Leg::Dense => degraded.push(format!("dense: {ABSENT}")),
            }
        }
        let mut best = fuse(&rankings);
        best.retain(|fused| fused.score >= plan.min_score);
        best.truncate(plan.limit);
        let keys: Vec<Key> = best.iter().map(|fused| fused.key.clone()).collect();
        let stored = snapshot.passages(&keys).await?;
        let passages = passages(best, stored, plan.explain.then_some(&rankings));
        Ok(Found {
            passages,
            dense: ABSENT,
            collection_documents: snapshot.documents(),
            degraded,
            warnings: plan.warnings,
        })
    }
}

/// What the words of each query find.
async fn keyword(snapshot: &mut dyn Snapshot, plan: &Plan) -> Result<Vec<Ranking>, Error> {
    let mut rankings = Vec::new();
    let Some(facts) = &plan.facts else { return Ok(rankings) };
    for query in plan.queries.iter().filter(|query| !query.words.is_empty()) {
        let hits = snapshot.keyword(&query.words, facts, plan.depth()).await?;
        rankings.push(Ranking { name: format!("keyword{}", query.place), hits });
    }
    Ok(rankings)
}

/// The best, with what was stored of them.
fn passages(
    best: Vec<Fused>,
    stored: Vec<StoredPassage>,
    explained: Option<&Vec<Ranking>>,
) -> Vec<Passage> {
    let key = |stored: &StoredPassage| (stored.document_id.clone(), stored.ordinal);
    let mut stored: HashMap<_, _> = stored.into_iter().map(|one| (key(&one), one)).collect();
    let mut passages = Vec::with_capacity(best.len());
    for (rank, fused) in (1u32..).zip(best) {
        let scores = explained.map(|rankings| explain(&fused, rank, rankings));
        let Key { document_id, ordinal } = fused.key;
        let Some(chunk) = stored.remove(&(document_id, ordinal)) else { continue };
        passages.push(Passage {
            chunk_id: format!("{}#{ordinal}", chunk.document_id),
            document_id: chunk.document_id,
            text: chunk.text,
            title: chunk.title,
            metadata: chunk.metadata,
            score: fused.score,
            scores: scores.unwrap_or_default(),
            start: chunk.start,
            end: chunk.end,
        });
    }
    passages
}
