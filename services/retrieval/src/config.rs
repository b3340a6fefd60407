use chassis::config::{self, Settings};
use serde::Deserialize;

use crate::chunk::Chunking;

/// The settings of retrieval, with their defaults and what they mean.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

/// How documents are kept.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Config {
    chunk_size: usize,
    chunk_overlap: usize,
}

impl Config {
    /// Reads and checks the section `retrieval`.
    ///
    /// # Errors
    ///
    /// A size out of range and an overlap that is larger than half of it are refused by name.
    pub fn read(settings: &Settings) -> Result<Self, config::Error> {
        let config: Self = settings.section("retrieval")?;
        if !(100..=8000).contains(&config.chunk_size) {
            let key = "retrieval.chunk_size";
            return Err(settings.refuse(key, "is out of range", "choose from 100 to 8000"));
        }
        if config.chunk_overlap > config.chunk_size / 2 {
            let remedy = "choose at most half of retrieval.chunk_size";
            return Err(settings.refuse("retrieval.chunk_overlap", "is too large", remedy));
        }
        Ok(config)
    }

    /// How texts are cut.
    pub(crate) fn chunking(self) -> Chunking {
        Chunking { size: self.chunk_size, overlap: self.chunk_overlap }
    }
}
