use std::collections::HashMap;
use std::time::Duration;

use chassis::config::{self, Settings};
use chassis::http::{Retry, Target};
use chassis::secret::Secret;
use http::HeaderValue;
use serde::Deserialize;

/// Every setting of this crate, with its comment.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

/// How much one request may ask for, and who orders by meaning.
#[derive(Clone, Debug)]
pub struct Config {
    /// How much one request may ask for.
    pub limits: Limits,
    /// Whom the stage `cohere` asks; none where it is left out.
    pub cohere: Option<CohereConfig>,
}

/// How much one request may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Limits {
    /// How many passages a request may bring.
    pub max_passages: usize,
    /// How many stages it may name.
    pub max_stages: usize,
    /// How many keywords one keyword boost may have.
    pub max_keywords: usize,
}

/// A server that speaks version 2 of Cohere's rerank.
#[derive(Clone, Debug, Deserialize)]
pub struct CohereConfig {
    /// The key.
    pub api_key: Secret,
    /// What stands before `/v2/rerank`.
    pub base_url: String,
    /// The model of every stage that names none.
    pub model: String,
    /// The longest that one stage may take, its repeats included.
    #[serde(with = "chassis::config::duration")]
    pub timeout: Duration,
    /// How many characters of a passage are sent.
    pub max_document_chars: usize,
    /// US dollars per thousand search units, by model.
    pub prices: HashMap<String, f64>,
    /// How a call is repeated.
    pub retry: Retry,
}

impl Config {
    /// Reads the section `rerank`, and refuses what lets nothing through.
    pub fn read(settings: &Settings) -> Result<Self, config::Error> {
        Ok(Self { limits: Limits::read(settings)?, cohere: CohereConfig::read(settings)? })
    }
}

impl Limits {
    fn read(settings: &Settings) -> Result<Self, config::Error> {
        let limits: Self = settings.section("rerank")?;
        let all = [
            ("rerank.max_passages", limits.max_passages),
            ("rerank.max_stages", limits.max_stages),
            ("rerank.max_keywords", limits.max_keywords),
        ];
        match all.into_iter().find(|(_, limit)| *limit == 0) {
            Some((key, _)) => {
                Err(settings.refuse(key, "lets nothing through", "set it to 1 or more"))
            }
            None => Ok(limits),
        }
    }
}

impl Default for Limits {
    /// The limits that the contract names.
    fn default() -> Self {
        Self { max_passages: 1000, max_stages: 8, max_keywords: 200 }
    }
}

impl Default for Config {
    /// The limits that the contract names, and nobody who orders by meaning.
    fn default() -> Self {
        Self { limits: Limits::default(), cohere: None }
    }
}

impl CohereConfig {
    /// Where passages are put in order.
    pub(crate) fn url(&self) -> String {
        format!("{}/v2/rerank", self.base_url.trim_end_matches('/'))
    }

    fn read(settings: &Settings) -> Result<Option<Self>, config::Error> {
        let mut cohere: Self = settings.section("rerank.cohere")?;
        if cohere.api_key.is_empty() {
            return Ok(None);
        }
        cohere.retry = Retry::read(settings, "rerank.cohere.retry")?;
        match cohere.fault() {
            Some((key, what, remedy)) => {
                Err(settings.refuse(&format!("rerank.cohere.{key}"), what, remedy))
            }
            None => Ok(Some(cohere)),
        }
    }

    /// The setting that no call could be made with, what is wrong with it, and the remedy.
    fn fault(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let is_price = |price: &f64| price.is_finite() && *price >= 0.0;
        if HeaderValue::try_from(self.api_key.expose()).is_err() {
            let remedy = "copy it again, without line breaks";
            Some(("api_key", "holds characters that no key has", remedy))
        } else if !Target::is_base(&self.base_url) {
            let remedy = "write it as https://HOST, without credentials and without a query";
            Some(("base_url", "is no URL that /v2/rerank can follow", remedy))
        } else if self.model.trim().is_empty() {
            Some(("model", "is empty", "name a model that the server offers"))
        } else if self.timeout.is_zero() {
            Some(("timeout", "leaves no time", "set it to a duration such as \"10s\""))
        } else if self.max_document_chars == 0 {
            Some(("max_document_chars", "leaves nothing to send", "set it to 1 or more"))
        } else if !self.prices.values().all(is_price) {
            let remedy = "write dollars per thousand search units, 0 or more";
            Some(("prices", "has a price that is no number of dollars", remedy))
        } else {
            None
        }
    }
}
