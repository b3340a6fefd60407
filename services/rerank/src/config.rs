use chassis::config::{self, Settings};
use serde::Deserialize;

/// Every setting of this crate, with its comment.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

/// How much one request may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Config {
    /// How many passages a request may bring.
    pub max_passages: usize,
    /// How many stages it may name.
    pub max_stages: usize,
    /// How many keywords one keyword boost may have.
    pub max_keywords: usize,
}

impl Config {
    /// Reads the section `rerank`, and refuses limits that let nothing through.
    pub fn read(settings: &Settings) -> Result<Self, config::Error> {
        let config: Self = settings.section("rerank")?;
        let limits = [
            ("rerank.max_passages", config.max_passages),
            ("rerank.max_stages", config.max_stages),
            ("rerank.max_keywords", config.max_keywords),
        ];
        match limits.into_iter().find(|(_, limit)| *limit == 0) {
            Some((key, _)) => {
                Err(settings.refuse(key, "lets nothing through", "set it to 1 or more"))
            }
            None => Ok(config),
        }
    }
}

impl Default for Config {
    /// The limits that the contract names.
    fn default() -> Self {
        Self { max_passages: 1000, max_stages: 8, max_keywords: 200 }
    }
}
