//! Whether vectors that another program made are of the model that embeds the queries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chassis::auth::Tenant;

use crate::Retriever;
use crate::embed::{Consumed, Purpose, Space, cosine};
use crate::retriever::searching::asked::Asked;

/// A model finds its own vector of a text again, even where a title stood before the text; to
/// vectors of another model every angle is about a right one.
const AKIN: f64 = 0.3;
/// So many characters of a row are embedded to look at its vector.
const LOOKED_AT: usize = 4000;

/// Which attached collections have vectors of the model that embeds for them, once that was looked at.
#[derive(Clone, Default)]
pub(in crate::retriever) struct Looked(Arc<Mutex<HashMap<String, bool>>>);

impl Looked {
    fn get(&self, collection: &str) -> Option<bool> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(collection).copied()
    }

    fn set(&self, collection: &str, is_akin: bool) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(collection.to_owned(), is_akin).is_none()
    }
}

impl Retriever {
    /// Marks what is compared with vectors of another model. Two models may make vectors of one
    /// length, and nothing else would tell that all that is found is chance.
    pub(super) async fn look_at_foreign(
        &self,
        tenant: &Tenant,
        asked: &mut [Asked],
    ) -> Vec<Consumed> {
        let mut consumed = Vec::new();
        for asking in asked.iter_mut().filter_map(Asked::asking) {
            for (collection, dense) in asking.plan.collections.iter().zip(&mut asking.dense) {
                for ready in dense.ready.iter_mut().filter(|ready| ready.is_guessed) {
                    consumed.extend(self.look(tenant, collection, &ready.space).await);
                    ready.is_foreign = self.looked.get(collection) == Some(false);
                }
            }
        }
        consumed
    }

    /// Holds the vector of one row against what the model makes of its text, once.
    async fn look(&self, tenant: &Tenant, collection: &str, space: &Space) -> Option<Consumed> {
        if self.looked.get(collection).is_some() {
            return None;
        }
        let embedder = self.embedders.of(space)?;
        let sample = self.store.sample(tenant, collection).await.ok()??;
        let text: String = sample.text.chars().take(LOOKED_AT).collect();
        let made = embedder.embed(&[text], Purpose::Passage).await.ok()?;
        let is_akin = cosine(made.vectors.first()?, &sample.vector) >= AKIN;
        // Whoever looked at the same time has seen the same.
        if self.looked.set(collection, is_akin) && !is_akin {
            let model = embedder.model();
            tracing::warn!(collection, model, "the vectors seem to be another model's");
        }
        made.consumed
    }
}
