use std::time::Duration;

use chassis::config::{self, Settings};
use chassis::secret::Secret;
use serde::Deserialize;

use crate::config::address::{check_key, check_url};
use crate::embed::Prefixes;

/// A server of Hugging Face's Text Embeddings Inference.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Tei {
    /// What stands before `/embed`; empty where there is none.
    base_url: String,
    /// The key; empty where the server asks for none.
    pub(crate) api_key: Secret,
    /// The model that it serves.
    pub(crate) model: String,
    query_prefix: String,
    passage_prefix: String,
    /// The longest that one call may take.
    #[serde(with = "chassis::config::duration")]
    pub(crate) timeout: Duration,
}

impl Tei {
    pub(super) fn read(settings: &Settings) -> Result<Option<Self>, config::Error> {
        let tei: Self = settings.section("retrieval.tei")?;
        if tei.base_url.is_empty() {
            return Ok(None);
        }
        let refuse = |name: &str, what: &str, remedy: &str| {
            Err(settings.refuse(&format!("retrieval.tei.{name}"), what, remedy))
        };
        check_url(settings, "retrieval.tei.base_url", &tei.base_url, "/embed")?;
        check_key(settings, "retrieval.tei.api_key", &tei.api_key)?;
        if tei.model.trim().is_empty() {
            let remedy = "name the model that the server was started with; GET /info says model_id";
            return refuse("model", "is empty", remedy);
        }
        if tei.timeout.is_zero() {
            return refuse("timeout", "leaves no time", "set it to a duration such as \"20s\"");
        }
        Ok(Some(tei))
    }

    /// The server's place of this name.
    pub(crate) fn url(&self, place: &str) -> String {
        format!("{}/{place}", self.base_url.trim_end_matches('/'))
    }

    /// What stands before texts.
    pub(crate) fn prefixes(&self) -> Prefixes {
        Prefixes::of(&self.model, &self.query_prefix, &self.passage_prefix)
    }
}
