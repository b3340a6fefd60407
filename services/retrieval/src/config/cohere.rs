use std::time::Duration;

use chassis::config::{self, Origin, Settings};
use chassis::secret::Secret;
use serde::Deserialize;

use crate::config::address::{check_key, check_url};

/// A server that speaks version 2 of Cohere's embeddings.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Cohere {
    /// The key; empty where the server asks for none.
    pub(crate) api_key: Secret,
    /// What stands before `/v2/embed`.
    base_url: String,
    /// The model.
    pub(crate) model: String,
    /// How many numbers to ask for; 0 leaves it to the model.
    dimensions: u32,
    /// The longest that one call may take.
    #[serde(with = "chassis::config::duration")]
    pub(crate) timeout: Duration,
}

/// The one generation that makes several lengths.
const FLEXIBLE: &str = "embed-v4";
const LENGTHS: [u32; 4] = [256, 512, 1024, 1536];

impl Cohere {
    /// A key, or a base URL of one's own: some servers ask for no key.
    pub(super) fn read(settings: &Settings) -> Result<Option<Self>, config::Error> {
        let cohere: Self = settings.section("retrieval.cohere")?;
        let is_own = *settings.origin("retrieval.cohere.base_url") != Origin::Default;
        if cohere.api_key.is_empty() && !is_own {
            return Ok(None);
        }
        let refuse = |name: &str, what: &str, remedy: &str| {
            Err(settings.refuse(&format!("retrieval.cohere.{name}"), what, remedy))
        };
        check_url(settings, "retrieval.cohere.base_url", &cohere.base_url, "/v2/embed")?;
        check_key(settings, "retrieval.cohere.api_key", &cohere.api_key)?;
        if cohere.model.trim().is_empty() {
            return refuse("model", "is empty", "name a model such as embed-v4.0");
        }
        if cohere.dimensions != 0 && !cohere.model.starts_with(FLEXIBLE) {
            let what = format!("cannot be asked of {}", cohere.model);
            return refuse("dimensions", &what, "set it to 0, or choose embed-v4.0");
        }
        if cohere.dimensions != 0 && !LENGTHS.contains(&cohere.dimensions) {
            let remedy = "choose 256, 512, 1024 or 1536, or 0";
            return refuse("dimensions", "is no length that the model makes", remedy);
        }
        if cohere.timeout.is_zero() {
            return refuse("timeout", "leaves no time", "set it to a duration such as \"20s\"");
        }
        Ok(Some(cohere))
    }

    /// Where embeddings are asked for.
    pub(crate) fn url(&self) -> String {
        format!("{}/v2/embed", self.base_url.trim_end_matches('/'))
    }

    /// How many numbers to ask for, where any number is.
    pub(crate) fn asked(&self) -> Option<u32> {
        (self.dimensions > 0).then_some(self.dimensions)
    }

    /// How many numbers a vector will have, where that is known before the first one.
    pub(crate) fn dimension(&self) -> Option<u32> {
        match self.model.as_str() {
            _ if self.dimensions > 0 => Some(self.dimensions),
            "embed-v4.0" => Some(1536),
            "embed-english-v3.0" | "embed-multilingual-v3.0" => Some(1024),
            "embed-english-light-v3.0" | "embed-multilingual-light-v3.0" => Some(384),
            _ => None,
        }
    }
}
