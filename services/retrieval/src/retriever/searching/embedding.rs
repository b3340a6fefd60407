use chassis::auth::Tenant;
use chassis::failure::Failure;

use crate::embed::{Consumed, Embedder, Purpose, Space, Vector, cosine};
use crate::retriever::searching::plan::Plan;
use crate::search::Leg;
use crate::store::Kept;
use crate::{Error, Fault, Retriever};

/// Whether the queries can be compared with a collection's vectors.
pub(super) enum Dense {
    /// Nobody asked for it.
    Unasked,
    /// There is nothing to compare, or nothing that embeds.
    Absent,
    /// It should be there.
    Failed(Error),
    /// A vector for each query.
    Ready(Ready),
}

/// Vectors that are as long as the collection's.
pub(super) struct Ready {
    pub(super) space: Space,
    pub(super) vectors: Vec<Vector>,
    pub(super) consumed: Vec<Consumed>,
    /// Whether another model seems to have made the collection's vectors.
    pub(super) is_foreign: bool,
}

/// A model finds its own vector of a text again, even where a title stood before the text; to
/// vectors of another model every angle is about a right one.
const AKIN: f64 = 0.3;
/// So many characters of a row are embedded to look at its vector.
const LOOKED_AT: usize = 4000;

impl Retriever {
    /// The vectors of the queries, where the collection has some to compare with.
    ///
    /// # Errors
    ///
    /// Only those of the store: a model that fails costs one leg, not the search.
    pub(super) async fn embedded(&self, tenant: &Tenant, plan: &Plan) -> Result<Dense, Error> {
        if !plan.mode.legs().contains(&Leg::Dense) {
            return Ok(Dense::Unasked);
        }
        let mut kept = self.store.spaces(tenant, &plan.collection).await?;
        kept.retain(|kept| kept.is_whole);
        let Some(Kept { space, .. }) = kept.pop() else { return Ok(Dense::Absent) };
        if plan.filter.is_none() || self.embedders.usual().is_none() {
            return Ok(Dense::Absent);
        }
        let Some(embedder) = self.embedders.of(&space) else {
            let of = format!("collection {}", plan.collection);
            return Ok(Dense::Failed(self.embedders.missing(&space, &of)));
        };
        match embed(embedder.as_ref(), plan, space).await {
            Ok(mut ready) => {
                ready.consumed.extend(self.look(embedder.as_ref(), tenant, plan).await);
                ready.is_foreign = self.is_akin.get() == Some(&false);
                Ok(Dense::Ready(ready))
            }
            Err(error) => {
                let (reason, why) = (error.reason(), error.to_string());
                tracing::warn!(reason, why, "queries were not embedded: no dense leg");
                Ok(Dense::Failed(error))
            }
        }
    }

    /// Holds the vector of one row against what the model makes of its text, once. Two models may
    /// make vectors of one length, and nothing else would tell that all that is found is chance.
    async fn look(
        &self,
        embedder: &dyn Embedder,
        tenant: &Tenant,
        plan: &Plan,
    ) -> Option<Consumed> {
        if self.is_akin.get().is_some() {
            return None;
        }
        let sample = self.store.sample(tenant, &plan.collection).await.ok()??;
        let text: String = sample.text.chars().take(LOOKED_AT).collect();
        let made = embedder.embed(&[text], Purpose::Passage).await.ok()?;
        let is_akin = cosine(made.vectors.first()?, &sample.vector) >= AKIN;
        // Whoever looked at the same time has seen the same.
        if self.is_akin.set(is_akin).is_ok() && !is_akin {
            let (collection, model) = (&plan.collection, embedder.model());
            tracing::warn!(collection, model, "the vectors seem to be another model's");
        }
        made.consumed
    }
}

async fn embed(embedder: &dyn Embedder, plan: &Plan, space: Space) -> Result<Ready, Error> {
    let holds = space.dimension;
    let fits = |makes: u32| match makes == holds {
        true => Ok(()),
        false => Err(misfit(embedder, makes, &plan.collection, holds)),
    };
    // What is known beforehand need not be paid for.
    embedder.dimension().map_or(Ok(()), fits)?;
    let texts: Vec<String> = plan.queries.iter().map(|query| query.text.clone()).collect();
    let made = embedder.embed(&texts, Purpose::Query).await?;
    let makes = made.vectors.first().map_or(0, |vector| vector.len());
    fits(u32::try_from(makes).unwrap_or(u32::MAX))?;
    let consumed = made.consumed.into_iter().collect();
    Ok(Ready { space, vectors: made.vectors, consumed, is_foreign: false })
}

fn misfit(embedder: &dyn Embedder, makes: u32, collection: &str, holds: u32) -> Error {
    let model = embedder.model().to_owned();
    let table = format!("collection {collection}");
    Fault::Dimension { model, makes, table, holds }.into()
}
