use chassis::auth::Tenant;
use chassis::failure::Failure;

use crate::embed::{Consumed, Embedder, Purpose, Space, Vector};
use crate::retriever::searching::plan::Plan;
use crate::search::Leg;
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
    Ready { space: Space, vectors: Vec<Vector>, consumed: Option<Consumed> },
}

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
        let holds = self.store.dimension(tenant, &plan.collection).await?;
        let (Some(holds), Some(embedder)) = (holds, &self.embedder) else {
            return Ok(Dense::Absent);
        };
        if plan.filter.is_none() {
            return Ok(Dense::Absent);
        }
        let ready = embed(embedder.as_ref(), plan, holds).await;
        Ok(ready.unwrap_or_else(|error| {
            let (reason, why) = (error.reason(), error.to_string());
            tracing::warn!(reason, why, "queries were not embedded, so the dense leg is left out");
            Dense::Failed(error)
        }))
    }
}

async fn embed(embedder: &dyn Embedder, plan: &Plan, holds: u32) -> Result<Dense, Error> {
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
    let space = Space { model: embedder.model().to_owned(), dimension: holds };
    Ok(Dense::Ready { space, vectors: made.vectors, consumed: made.consumed })
}

fn misfit(embedder: &dyn Embedder, makes: u32, collection: &str, holds: u32) -> Error {
    let model = embedder.model().to_owned();
    let table = format!("collection {collection}");
    Fault::Dimension { model, makes, table, holds }.into()
}
