use std::time::Duration;

use chassis::config::{self, Origin, Settings};
use chassis::secret::Secret;
use serde::Deserialize;

use crate::config::address::{check_key, check_url};

/// A server that speaks OpenAI's embeddings.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct OpenAi {
    /// The key; empty where the server asks for none.
    pub(crate) api_key: Secret,
    /// What stands before `/embeddings`.
    base_url: String,
    /// The model.
    pub(crate) model: String,
    /// How many numbers to ask for; 0 leaves it to the model.
    pub(crate) dimensions: u32,
    /// The longest that one call may take.
    #[serde(with = "chassis::config::duration")]
    pub(crate) timeout: Duration,
}

/// The one model of OpenAI's that refuses to be asked for a length.
const FIXED: &str = "text-embedding-ada-002";
const FIXED_DIMENSION: u32 = 1536;
const MOST_DIMENSIONS: u32 = 16_000;

impl OpenAi {
    /// A key, or a base URL of one's own: some servers ask for no key.
    pub(super) fn read(settings: &Settings) -> Result<Option<Self>, config::Error> {
        let openai: Self = settings.section("retrieval.openai")?;
        let is_own = *settings.origin("retrieval.openai.base_url") != Origin::Default;
        if openai.api_key.is_empty() && !is_own {
            return Ok(None);
        }
        let refuse = |name: &str, what: &str, remedy: &str| {
            Err(settings.refuse(&format!("retrieval.openai.{name}"), what, remedy))
        };
        check_url(settings, "retrieval.openai.base_url", &openai.base_url, "/embeddings")?;
        check_key(settings, "retrieval.openai.api_key", &openai.api_key)?;
        if openai.model.trim().is_empty() {
            return refuse("model", "is empty", "name the model that made the table's vectors");
        }
        if openai.dimensions > MOST_DIMENSIONS {
            return refuse("dimensions", "is out of range", "choose up to 16000, or 0");
        }
        if openai.model == FIXED && ![0, FIXED_DIMENSION].contains(&openai.dimensions) {
            let what = format!("is another length than the {FIXED_DIMENSION} of {FIXED}");
            return refuse("dimensions", &what, "set it to 0, or choose another model");
        }
        if openai.timeout.is_zero() {
            return refuse("timeout", "leaves no time", "set it to a duration such as \"20s\"");
        }
        Ok(Some(openai))
    }

    /// Where embeddings are asked for.
    pub(crate) fn url(&self) -> String {
        format!("{}/embeddings", self.base_url.trim_end_matches('/'))
    }

    /// How many numbers to ask for, where the model may be asked.
    pub(crate) fn asked(&self) -> Option<u32> {
        (self.dimensions > 0 && self.model != FIXED).then_some(self.dimensions)
    }

    /// How many numbers a vector will have, where that is known before the first one.
    pub(crate) fn dimension(&self) -> Option<u32> {
        match self.model.as_str() {
            _ if self.dimensions > 0 => Some(self.dimensions),
            FIXED | "text-embedding-3-small" => Some(1536),
            "text-embedding-3-large" => Some(3072),
            _ => None,
        }
    }
}
