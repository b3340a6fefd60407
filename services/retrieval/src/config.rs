use chassis::config::{self, Settings};
use serde::Deserialize;

use crate::chunk::Chunking;

mod embedder;
mod indexing;
mod mapping;
mod openai;
pub(crate) mod place;
mod supabase;

pub(crate) use crate::config::embedder::Choice;
pub(crate) use crate::config::indexing::Indexing;
pub(crate) use crate::config::mapping::{Columns, Mapping, Measure, Preset};
pub(crate) use crate::config::openai::OpenAi;
pub(crate) use crate::config::place::Place;
pub(crate) use crate::config::supabase::Supabase;

/// The settings of retrieval, with their defaults and what they mean.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

/// How documents are kept, which table is attached, and what embeds.
#[derive(Clone, Debug)]
pub struct Config {
    chunking: Chunking,
    /// When collections on Postgres have an index on their vectors.
    pub(crate) indexing: Indexing,
    /// The table that is attached, where one is.
    pub(crate) supabase: Option<Supabase>,
    /// How many bytes of vectors the embedded store holds in memory.
    pub(crate) vectors_bytes: usize,
    /// What embeds.
    pub(crate) embedder: Choice,
    /// A server that speaks OpenAI's embeddings, where there is one.
    pub(crate) openai: Option<OpenAi>,
}

#[derive(Deserialize)]
struct Section {
    chunk_size: usize,
    chunk_overlap: usize,
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
    /// A size out of range, an overlap that is larger than half of it, a URL that is no database's
    /// and a model that cannot make what is asked of it are refused by name.
    pub fn read(settings: &Settings) -> Result<Self, config::Error> {
        let openai = OpenAi::read(settings)?;
        Ok(Self {
            chunking: chunking(settings)?,
            indexing: Indexing::read(settings)?,
            supabase: Supabase::read(settings)?,
            vectors_bytes: settings.section::<Cache>("retrieval.cache")?.vectors_bytes,
            embedder: Choice::read(settings, openai.as_ref())?,
            openai,
        })
    }

    /// How texts are cut.
    pub(crate) fn chunking(&self) -> Chunking {
        self.chunking
    }
}

fn chunking(settings: &Settings) -> Result<Chunking, config::Error> {
    let section: Section = settings.section("retrieval")?;
    if !(100..=8000).contains(&section.chunk_size) {
        let key = "retrieval.chunk_size";
        return Err(settings.refuse(key, "is out of range", "choose from 100 to 8000"));
    }
    if section.chunk_overlap > section.chunk_size / 2 {
        let remedy = "choose at most half of retrieval.chunk_size";
        return Err(settings.refuse("retrieval.chunk_overlap", "is too large", remedy));
    }
    Ok(Chunking { size: section.chunk_size, overlap: section.chunk_overlap })
}
