use std::sync::Arc;

use chassis::http::Client;

use crate::Config;
use crate::config::Choice;
#[cfg(feature = "local")]
use crate::config::Model;
use crate::embed::cache::Cached;
use crate::embed::cohere::CohereProvider;
#[cfg(feature = "local")]
use crate::embed::local::{self, LocalEmbedder};
use crate::embed::memory::Memory;
use crate::embed::openai::OpenAiProvider;
use crate::embed::remote::{Provider, Remote};
use crate::embed::tei::TeiProvider;
use crate::embed::{Embedder, Space};
use crate::error::{Error, Fault, Refused};

/// Everything that embeds here; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Embedders {
    usual: Option<Arc<dyn Embedder>>,
    /// All of them, the usual one first, each under the name of its settings.
    all: Arc<[Named]>,
}

type Named = (&'static str, Arc<dyn Embedder>);

const NOTHING: &str = "nothing embeds: searches go by words alone, and say `dense: absent`; run `make model` for a model on this machine, or set OPENAI_API_KEY; retrieval.embedder = \"none\" says that it is meant so";

impl Embedders {
    /// What the settings name.
    ///
    /// # Errors
    ///
    /// A model on this machine that is damaged is refused.
    pub(crate) async fn open(config: &Config, client: &Client) -> Result<Self, Error> {
        if config.embedder == Choice::None {
            return Ok(Self::default());
        }
        let memory = Arc::new(Memory::new(config.embed.memory));
        let local = local(config, &memory).await?;
        let all: Vec<Named> = local.into_iter().chain(remote(config, client, &memory)).collect();
        let by_name = |name: &str| all.iter().find(|(known, _)| *known == name).cloned();
        let usual = match config.embedder.name() {
            Some(name) => by_name(name),
            None => ["local", "openai", "tei"].into_iter().find_map(by_name),
        };
        if usual.is_none() {
            tracing::warn!("{NOTHING}");
        }
        // Those that were not chosen embed what they embedded when they were.
        Ok(Self::with(usual, all.iter().cloned()))
    }

    fn with(usual: Option<Named>, others: impl Iterator<Item = Named>) -> Self {
        let is_usual = |(name, _): &Named| usual.as_ref().is_some_and(|(usual, _)| usual == name);
        let others = others.filter(|other| !is_usual(other));
        let all = usual.clone().into_iter().chain(others).collect();
        Self { usual: usual.map(|(_, embedder)| embedder), all }
    }

    /// What embeds for collections that have no vectors yet.
    pub(crate) fn usual(&self) -> Option<&Arc<dyn Embedder>> {
        self.usual.as_ref()
    }

    /// The one with this model, or with the settings of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Arc<dyn Embedder>> {
        let of_model = self.each().find(|embedder| embedder.model() == name);
        let of_settings = || self.all.iter().find(|(settings, _)| *settings == name);
        of_model.or_else(|| of_settings().map(|(_, embedder)| embedder))
    }

    /// The names of all settings and models, for people.
    pub(crate) fn names(&self) -> String {
        let name = |(name, embedder): &Named| format!("{name} ({})", embedder.model());
        self.all.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// What embeds in this space.
    pub(crate) fn of(&self, space: &Space) -> Option<&Arc<dyn Embedder>> {
        let known = |embedder: &&Arc<dyn Embedder>| embedder.dimension() == Some(space.dimension);
        let open = |embedder: &&Arc<dyn Embedder>| embedder.dimension().is_none();
        let mut named = self.each().filter(|embedder| {
            embedder.model() == space.model && embedder.version() == space.version
        });
        named.clone().find(known).or_else(|| named.find(open))
    }

    /// What makes vectors of this length, or may do so, for a table that says nothing of its model.
    pub(crate) fn of_dimension(&self, dimension: u32) -> Option<&Arc<dyn Embedder>> {
        let known = |embedder: &&Arc<dyn Embedder>| embedder.dimension() == Some(dimension);
        let open = |embedder: &&Arc<dyn Embedder>| embedder.dimension().is_none();
        self.each().find(known).or_else(|| self.each().find(open))
    }

    /// Why nothing embeds in a space, and what to do about it; `of` is whose vectors live there.
    pub(crate) fn missing(&self, space: &Space, of: &str) -> Error {
        let is_alike = |embedder: &&Arc<dyn Embedder>| embedder.model() == space.model;
        let makes = self.each().find(is_alike).and_then(|embedder| embedder.dimension());
        match makes {
            Some(makes) if makes != space.dimension => {
                let (model, table) = (space.model.clone(), of.to_owned());
                Fault::Dimension { model, makes, table, holds: space.dimension }.into()
            }
            Some(_) | None => Refused::Missing { space: space.clone() }.into(),
        }
    }

    fn each(&self) -> impl Iterator<Item = &Arc<dyn Embedder>> + Clone {
        self.all.iter().map(|(_, embedder)| embedder)
    }
}

/// Every server that is configured, each with what stands around every one: batches, bounds and a memory.
fn remote(config: &Config, client: &Client, memory: &Arc<Memory>) -> Vec<Named> {
    let client = || client.clone();
    let openai = config.openai.clone().map(|one| OpenAiProvider::new(client(), one));
    let cohere = config.cohere.clone().map(|one| CohereProvider::new(client(), one));
    let tei = config.tei.clone().map(|one| TeiProvider::new(client(), one));
    let all = [
        openai.map(|one| named(one, config, memory)),
        cohere.map(|one| named(one, config, memory)),
        tei.map(|one| named(one, config, memory)),
    ];
    all.into_iter().flatten().collect()
}

fn named(provider: impl Provider + 'static, config: &Config, memory: &Arc<Memory>) -> Named {
    let name = provider.name();
    let remote = Remote::new(provider, config.embed);
    (name, Arc::new(Cached::new(remote, name, Arc::clone(memory))))
}

/// The model on this machine, where it is the one that is chosen, or its folder is named: it takes memory.
#[cfg(feature = "local")]
async fn local(config: &Config, memory: &Arc<Memory>) -> Result<Option<Named>, Error> {
    let is_chosen = match config.embedder {
        Choice::Auto | Choice::Local => true,
        Choice::None | Choice::OpenAi | Choice::Cohere | Choice::Tei => false,
    };
    let wanted = |model: &Model| is_chosen || model.is_named;
    let Some(model) = config.model.clone().filter(wanted) else { return Ok(None) };
    let loaded = tokio::task::spawn_blocking(move || LocalEmbedder::load(&model));
    let loaded = loaded.await.map_err(Error::broken)??;
    let cached = Cached::new(loaded, local::NAME, Arc::clone(memory));
    Ok(Some((local::NAME, Arc::new(cached))))
}

#[cfg(not(feature = "local"))]
#[allow(clippy::unused_async, reason = "the same as what takes time where there is a model")]
async fn local(_: &Config, _: &Arc<Memory>) -> Result<Option<Named>, Error> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use chassis::failure::Failure;

    use super::*;
    use crate::embed::{Embedded, Purpose};

    /// Makes vectors of one length, where it says so.
    struct Fixed(&'static str, Option<u32>, &'static str);

    #[async_trait]
    impl Embedder for Fixed {
        fn model(&self) -> &str {
            self.0
        }

        fn dimension(&self) -> Option<u32> {
            self.1
        }

        fn version(&self) -> &str {
            self.2
        }

        async fn embed(&self, _: &[String], _: Purpose) -> Result<Embedded, Error> {
            Err(Error::unusable("it is asked for nothing"))
        }
    }

    fn embedders() -> Embedders {
        let all = [
            Fixed("usual", Some(384), "256"),
            Fixed("open", None, ""),
            Fixed("large", Some(1536), ""),
        ];
        let mut all = all.into_iter().map(|one| (one.0, Arc::new(one) as Arc<dyn Embedder>));
        Embedders::with(all.next(), all)
    }

    fn space(model: &str, dimension: u32, version: &str) -> Space {
        Space { model: model.to_owned(), dimension, version: version.to_owned() }
    }

    #[test]
    fn a_space_has_the_embedder_of_its_model_length_and_version() {
        let embedders = embedders();
        let of = |space| embedders.of(&space).map(|embedder| embedder.model().to_owned());
        assert_eq!(of(space("usual", 384, "256")).as_deref(), Some("usual"));
        assert_eq!(of(space("open", 7, "")).as_deref(), Some("open"));
        for strange in [space("usual", 384, ""), space("usual", 8, "256"), space("else", 384, "")] {
            assert!(embedders.of(&strange).is_none(), "{strange}");
        }
    }

    #[test]
    fn a_length_has_the_embedder_that_makes_it_else_one_that_may() {
        let embedders = embedders();
        let of = |dimension| embedders.of_dimension(dimension).unwrap().model().to_owned();
        assert_eq!([of(384), of(1536), of(768)], ["usual", "large", "open"]);
        assert!(Embedders::default().of_dimension(384).is_none());
    }

    #[test]
    fn a_space_without_an_embedder_is_named_with_the_remedy() {
        let embedders = embedders();
        let error = embedders.missing(&space("else", 8, "2"), "collection notes");
        assert_eq!(error.reason(), "EMBEDDER_MISSING");
        assert!(error.to_string().contains("else/8@2"), "{error}");
        let error = embedders.missing(&space("usual", 8, "256"), "collection notes");
        assert_eq!(error.reason(), "ATTACHED_DIMENSION");
    }
}
