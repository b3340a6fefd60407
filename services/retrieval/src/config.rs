use chassis::config::{self, Settings};
use serde::Deserialize;

mod address;
mod attached;
mod chunking;
mod cohere;
mod embed;
mod embedder;
mod indexing;
mod model;
mod openai;
pub(crate) mod place;
mod supabase;
mod tei;

pub(crate) use crate::config::attached::{Attach, Attachments, OWN, Table};
pub(crate) use crate::config::chunking::Chunking;
pub(crate) use crate::config::cohere::Cohere;
pub(crate) use crate::config::embed::Embed;
pub(crate) use crate::config::embedder::Choice;
pub(crate) use crate::config::indexing::Indexing;
pub(crate) use crate::config::model::Model;
pub(crate) use crate::config::openai::OpenAi;
pub(crate) use crate::config::place::Place;
pub(crate) use crate::config::tei::Tei;

/// The settings of retrieval, with their defaults and what they mean.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

/// How documents are kept, which table is attached, and what embeds.
#[derive(Clone, Debug)]
pub struct Config {
    /// How texts are cut, where a collection does not say otherwise.
    pub(crate) chunking: Chunking,
    /// When collections on Postgres have an index on their vectors.
    pub(crate) indexing: Indexing,
    /// The tables that are attached, and from where more may be.
    pub(crate) attached: Attachments,
    /// How many bytes of vectors the embedded store holds in memory.
    pub(crate) vectors_bytes: usize,
    /// What embeds.
    pub(crate) embedder: Choice,
    /// A server that speaks OpenAI's embeddings, where there is one.
    pub(crate) openai: Option<OpenAi>,
    /// A server that speaks Cohere's embeddings, where there is one.
    pub(crate) cohere: Option<Cohere>,
    /// A server of Text Embeddings Inference, where there is one.
    pub(crate) tei: Option<Tei>,
    /// The model whose files are on this machine, where there is one.
    pub(crate) model: Option<Model>,
    /// How texts go to what embeds them.
    pub(crate) embed: Embed,
}

#[derive(Deserialize)]
struct Cache {
    vectors_bytes: usize,
}

impl Config {
    /// Reads and checks the section `retrieval`.
    ///
    /// # Errors
    ///
    /// A size out of range, an overlap that is larger than half of it, sizes in two measures, a URL
    /// that is no database's and a model that cannot make what is asked of it are refused by name.
    pub fn read(settings: &Settings) -> Result<Self, config::Error> {
        let config = Self {
            chunking: Chunking::read(settings)?,
            indexing: Indexing::read(settings)?,
            attached: Attachments::read(settings)?,
            vectors_bytes: settings.section::<Cache>("retrieval.cache")?.vectors_bytes,
            embedder: Choice::read(settings)?,
            openai: OpenAi::read(settings)?,
            cohere: Cohere::read(settings)?,
            tei: Tei::read(settings)?,
            model: Model::read(settings)?,
            embed: Embed::read(settings)?,
        };
        config.embedder.check(settings, &config)?;
        Ok(config)
    }
}
