mod akin;
mod batch;

use std::collections::HashMap;

use chassis::auth::Tenant;

use crate::embed::{Consumed, Space, Vector};
use crate::error::Shape;
use crate::retriever::searching::asked::{Asked, same};
pub(in crate::retriever) use crate::retriever::searching::embedding::akin::Looked;
use crate::retriever::searching::embedding::batch::Batches;
use crate::retriever::searching::plan::Plan;
use crate::search::Leg;
use crate::store::Kept;
use crate::{Error, Retriever};

/// What the queries of a search are compared with a collection's vectors by.
#[derive(Default)]
pub(super) struct Dense {
    /// Whether it was asked for.
    pub(super) is_asked: bool,
    /// The spaces in which queries have vectors.
    pub(super) ready: Vec<Ready>,
    /// Why they have none in others.
    pub(super) failed: Vec<Error>,
    /// Why the collection can have no vectors; empty where it can.
    pub(super) lacking: String,
}

/// Vectors of one space, each with the number of its query.
pub(super) struct Ready {
    pub(super) space: Space,
    pub(super) vectors: Vec<(usize, Vector)>,
    /// Whether nobody wrote down what made the collection's vectors.
    pub(super) is_guessed: bool,
    /// Whether another model seems to have made the collection's vectors.
    pub(super) is_foreign: bool,
}

impl Retriever {
    /// Makes vectors of all queries that can be compared with something, each space's in one batch.
    /// A model that fails costs one leg, not the search.
    pub(super) async fn embed_queries(
        &self,
        tenant: &Tenant,
        asked: &mut [Asked],
    ) -> Vec<Consumed> {
        let spaces = self.spaces_of(tenant, asked).await;
        let mut batches = Batches::default();
        for plan in asked.iter().filter_map(Asked::plan) {
            for space in plan.collections.iter().filter_map(|name| spaces.get(name)).flatten() {
                batches.add(&space.space, space.is_guessed, plan);
            }
        }
        let mut consumed = batches.run(self).await;
        for one in asked.iter_mut() {
            let Some(asking) = one.asking() else { continue };
            match self.dense_of(tenant, &asking.plan, &spaces, &batches).await {
                Ok(dense) => asking.dense = dense,
                Err(error) => one.refuse(error),
            }
        }
        consumed.extend(self.look_at_foreign(tenant, asked).await);
        consumed
    }

    /// The vectors that a search has for each of its collections.
    async fn dense_of(
        &self,
        tenant: &Tenant,
        plan: &Plan,
        spaces: &HashMap<String, Vec<Kept>>,
        batches: &Batches,
    ) -> Result<Vec<Dense>, Error> {
        let mut each = Vec::new();
        for collection in &plan.collections {
            let kept = spaces.get(collection).map_or(&[][..], Vec::as_slice);
            let mut dense = dense(plan, collection, kept, batches)?;
            dense.lacking = self.lacking(tenant, collection).await?;
            each.push(dense);
        }
        Ok(each)
    }

    /// Why a collection can have no vectors, where something would embed.
    async fn lacking(&self, tenant: &Tenant, collection: &str) -> Result<String, Error> {
        if self.embedders.usual().is_none() {
            return Ok(String::new());
        }
        let why = self.store.lacks_vectors(tenant, collection).await?;
        Ok(why.unwrap_or_default().to_owned())
    }

    /// The spaces that can be searched in each collection which needs them.
    async fn spaces_of(&self, tenant: &Tenant, asked: &mut [Asked]) -> HashMap<String, Vec<Kept>> {
        let mut known = HashMap::new();
        for one in asked {
            let Some(plan) = one.plan().filter(|plan| needs(plan)) else { continue };
            for collection in plan.collections.clone() {
                if known.contains_key(&collection) {
                    continue;
                }
                match self.store.spaces(tenant, &collection).await {
                    Ok(kept) => {
                        let whole = kept.into_iter().filter(|kept| kept.is_whole);
                        known.insert(collection, whole.collect());
                    }
                    Err(error) => {
                        one.refuse(error);
                        break;
                    }
                }
            }
        }
        known
    }
}

/// Whether vectors of the queries would be of any use.
fn needs(plan: &Plan) -> bool {
    plan.asks(Leg::Dense) && plan.filter.is_some()
}

/// The vectors that a search has for a collection, in each of its spaces.
fn dense(
    plan: &Plan,
    collection: &str,
    spaces: &[Kept],
    batches: &Batches,
) -> Result<Dense, Error> {
    let mut dense = Dense { is_asked: plan.asks(Leg::Dense), ..Dense::default() };
    if !needs(plan) {
        return Ok(dense);
    }
    for Kept { space, is_guessed, .. } in spaces {
        let vectors = vectors(plan, space, batches);
        if !vectors.is_empty() {
            let (space, is_guessed) = (space.clone(), *is_guessed);
            dense.ready.push(Ready { space, vectors, is_guessed, is_foreign: false });
        } else if let Some(error) = batches.failure(space) {
            dense.failed.push(same(error));
        }
    }
    match plan.queries.iter().find_map(|query| query.vector.as_ref()) {
        Some(vector) if !fits(vector, spaces) => Err(misfit(vector, collection, spaces)),
        Some(_) | None => Ok(dense),
    }
}

fn vectors(plan: &Plan, space: &Space, batches: &Batches) -> Vec<(usize, Vector)> {
    let queries = plan.queries.iter().enumerate();
    let found = queries.filter_map(|(at, query)| {
        let vector = match &query.vector {
            Some(vector) => (vector.len() == space.dimension as usize).then_some(vector)?,
            None => batches.vector(space, &query.text)?,
        };
        Some((at, Vector::clone(vector)))
    });
    found.collect()
}

fn fits(vector: &Vector, spaces: &[Kept]) -> bool {
    let is_as_long = |kept: &Kept| kept.space.dimension as usize == vector.len();
    spaces.is_empty() || spaces.iter().any(is_as_long)
}

fn misfit(vector: &Vector, collection: &str, spaces: &[Kept]) -> Error {
    let there: Vec<String> = spaces.iter().map(|kept| kept.space.to_string()).collect();
    let rule = format!(
        "has {} numbers, but the vectors of collection {collection} are of {}",
        vector.len(),
        there.join(" and ")
    );
    Shape::InvalidVector { rule }.into()
}
