//! A search: every leg ranks every query, the rankings are fused, the best are read.

mod embedding;
mod explain;
mod legs;
mod plan;

use std::collections::HashMap;

use chassis::auth::Tenant;

use crate::fuse::{Fused, Key, Ranking, fuse};
use crate::retriever::searching::explain::explain;
use crate::retriever::searching::legs::Legs;
use crate::retriever::searching::plan::Plan;
use crate::search::{Found, Passage, Search};
use crate::store::StoredPassage;
use crate::{Error, Retriever};

impl Retriever {
    /// The passages that best answer, best first. An empty collection has none.
    ///
    /// # Errors
    ///
    /// A request that says nothing, or asks for what cannot be, is refused by the field; a collection
    /// that is not there is not found; and one that every leg which was asked for failed on is told
    /// by the failure.
    pub async fn search(&self, tenant: &Tenant, search: Search) -> Result<Found, Error> {
        let plan = Plan::of(search)?;
        // Before the snapshot, which would hold a connection for as long as a model takes.
        let dense = self.embedded(tenant, &plan).await?;
        let snapshot = self.store.snapshot(tenant, &plan.collection).await?;
        let Some(mut snapshot) = snapshot else {
            return Err(Error::CollectionNotFound(plan.collection));
        };
        let legs = Legs::run(snapshot.as_mut(), &plan, dense).await?;
        let mut best = fuse(&legs.rankings);
        best.retain(|fused| fused.score >= plan.min_score);
        best.truncate(plan.limit);
        let keys: Vec<Key> = best.iter().map(|fused| fused.key.clone()).collect();
        let stored = snapshot.passages(&keys).await?;
        let passages = passages(best, stored, plan.explain.then_some(&legs.rankings));
        let mut warnings = [plan.warnings, legs.warnings].concat();
        warnings.extend(without_text(&passages));
        Ok(Found {
            passages,
            dense: legs.dense,
            collection_documents: snapshot.documents(),
            under_returned: legs.short.join("; "),
            degraded: legs.degraded,
            warnings,
            explanation: if plan.explain { legs.explanation } else { Vec::new() },
            consumed: legs.consumed,
        })
    }
}

/// Says of rows that hold no text that they do not.
fn without_text(passages: &[Passage]) -> Option<String> {
    let count = passages.iter().filter(|passage| passage.text.is_empty()).count();
    (count > 0).then(|| {
        format!("{count} of the passages have no text: their rows hold none that can be read")
    })
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
