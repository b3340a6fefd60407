use std::sync::Arc;

use chassis::auth::Tenant;

use crate::check::{self, LONGEST_EMBEDDED, MOST_EMBEDDED};
use crate::embed::{Embedder, Embedding, Made, Space};
use crate::{Error, Refused, Retriever};

/// What stands for the model that embeds new collections.
const DEFAULT: &str = "default";

impl Retriever {
    /// The vectors of texts, and the space that they live in.
    ///
    /// # Errors
    ///
    /// No texts, too many, blank or too long ones are refused by the field, and so is a length that
    /// the model does not make. A collection or a model that is not there is not found; and where
    /// nothing embeds in the space, that is said with the remedy.
    pub async fn vectors(&self, tenant: &Tenant, embedding: Embedding) -> Result<Made, Error> {
        let Embedding { texts, purpose, model, collection, dimensions } = embedding;
        check_texts(&texts)?;
        let embedder = match collection.as_str() {
            "" => self.named(&model)?,
            collection => self.embedder_of(tenant, collection).await?,
        };
        let fits = |makes: u32| match dimensions {
            0 => Ok(()),
            asked if asked == makes => Ok(()),
            _ => Err(Error::InvalidDimensions { model: embedder.model().to_owned(), makes }),
        };
        // What is known beforehand need not be paid for.
        embedder.dimension().map_or(Ok(()), fits)?;
        let made = embedder.embed(&texts, purpose).await?;
        let makes = made.vectors.first().map_or(0, |vector| vector.len());
        let dimension = u32::try_from(makes).unwrap_or(u32::MAX);
        fits(dimension)?;
        let (model, version) = (embedder.model().to_owned(), embedder.version().to_owned());
        let space = Space { model, dimension, version };
        Ok(Made { vectors: made.vectors, space, consumed: made.consumed.into_iter().collect() })
    }

    /// The one of this name, or the usual one.
    fn named(&self, model: &str) -> Result<Arc<dyn Embedder>, Error> {
        let usual = self.embedders.usual();
        let found = match model {
            "" | DEFAULT => Some(usual.ok_or(Refused::Absent)?),
            name => self.embedders.named(name),
        };
        let found = found.cloned().ok_or_else(|| {
            let known = self.embedders.names();
            Refused::Unknown { model: model.to_owned(), known }
        })?;
        Ok(found)
    }

    /// What embeds for a collection; what is usual, where it has no vectors yet.
    async fn embedder_of(
        &self,
        tenant: &Tenant,
        collection: &str,
    ) -> Result<Arc<dyn Embedder>, Error> {
        self.collection(tenant, collection).await?;
        let mut kept = self.store.spaces(tenant, collection).await?;
        kept.retain(|kept| kept.is_whole);
        let Some(kept) = kept.pop() else { return self.named(DEFAULT) };
        let missing = || self.embedders.missing(&kept.space, &format!("collection {collection}"));
        self.embedders.of(&kept.space).cloned().ok_or_else(missing)
    }
}

fn check_texts(texts: &[String]) -> Result<(), Error> {
    let refuse = |path: String, rule: String| Err(Error::InvalidText { path, rule });
    if !(1..=MOST_EMBEDDED).contains(&texts.len()) {
        return refuse("texts".to_owned(), format!("must be 1 to {MOST_EMBEDDED}"));
    }
    for (at, text) in texts.iter().enumerate() {
        let path = format!("texts[{at}]");
        check::short(&path, text, LONGEST_EMBEDDED)?;
        if text.trim().is_empty() {
            return refuse(path, "is blank".to_owned());
        }
    }
    Ok(())
}
