use std::collections::HashMap;

use chassis::failure::Failure;

use crate::embed::{Consumed, Embedder, Purpose, Space, Vector};
use crate::retriever::searching::plan::Plan;
use crate::{Error, Fault, Retriever};

/// The texts to embed, by the space that their vectors are for; then their vectors.
#[derive(Default)]
pub(super) struct Batches(HashMap<Space, Batch>);

#[derive(Default)]
struct Batch {
    texts: Vec<String>,
    /// A collection that needs them, for a message.
    collection: String,
    /// Whether a space that nothing embeds in is no fault.
    is_guessed: bool,
    vectors: HashMap<String, Vector>,
    failure: Option<Error>,
}

impl Batches {
    /// Adds the queries of a search that has to do with this space.
    pub(super) fn add(&mut self, space: &Space, is_guessed: bool, plan: &Plan) {
        let batch = self.0.entry(space.clone()).or_default();
        batch.is_guessed = is_guessed;
        batch.collection = plan.collections.first().cloned().unwrap_or_default();
        for query in plan.queries.iter().filter(|query| query.vector.is_none()) {
            if !batch.texts.contains(&query.text) {
                batch.texts.push(query.text.clone());
            }
        }
    }

    /// Embeds every batch; one whose space nothing embeds stays empty.
    pub(super) async fn run(&mut self, retriever: &Retriever) -> Vec<Consumed> {
        let mut consumed = Vec::new();
        for (space, batch) in self.0.iter_mut().filter(|(_, batch)| !batch.texts.is_empty()) {
            let Some(embedder) = retriever.embedders.of(space) else {
                batch.failure = retriever.missing(space, batch);
                continue;
            };
            match batch.embed(embedder.as_ref(), space).await {
                Ok(used) => consumed.extend(used),
                Err(error) => {
                    let (reason, why) = (error.reason(), error.to_string());
                    tracing::warn!(reason, why, "queries were not embedded: no dense leg");
                    batch.failure = Some(error);
                }
            }
        }
        consumed
    }

    /// The vector of a text in a space, where there is one.
    pub(super) fn vector(&self, space: &Space, text: &str) -> Option<&Vector> {
        self.0.get(space)?.vectors.get(text)
    }

    /// Why a space has no vectors of the texts, where it should.
    pub(super) fn failure(&self, space: &Space) -> Option<&Error> {
        self.0.get(space)?.failure.as_ref()
    }
}

impl Retriever {
    /// Why nothing embeds in a space; nothing where none is meant to, and words are all there is.
    fn missing(&self, space: &Space, batch: &Batch) -> Option<Error> {
        let is_meant = !batch.is_guessed || self.embedders.usual().is_some();
        is_meant.then(|| self.embedders.missing(space, &format!("collection {}", batch.collection)))
    }
}

impl Batch {
    async fn embed(
        &mut self,
        embedder: &dyn Embedder,
        space: &Space,
    ) -> Result<Option<Consumed>, Error> {
        let fits = |makes: u32| match makes == space.dimension {
            true => Ok(()),
            false => Err(misfit(embedder, makes, &self.collection, space.dimension)),
        };
        // What is known beforehand need not be paid for.
        embedder.dimension().map_or(Ok(()), fits)?;
        let made = embedder.embed(&self.texts, Purpose::Query).await?;
        let makes = made.vectors.first().map_or(0, |vector| vector.len());
        fits(u32::try_from(makes).unwrap_or(u32::MAX))?;
        self.vectors = self.texts.drain(..).zip(made.vectors).collect();
        Ok(made.consumed)
    }
}

fn misfit(embedder: &dyn Embedder, makes: u32, collection: &str, holds: u32) -> Error {
    let model = embedder.model().to_owned();
    let table = format!("collection {collection}");
    Fault::Dimension { model, makes, table, holds }.into()
}
