//! Embeds through Hugging Face's Text Embeddings Inference.

mod wire;

use async_trait::async_trait;
use chassis::http::Client;
use tokio::sync::OnceCell;

use crate::Error;
use crate::config::Tei;
use crate::embed::endpoint::Endpoint;
use crate::embed::remote::{Answered, Provider};
use crate::embed::tei::wire::{Info, Reply, body};
use crate::embed::{Prefixes, Purpose};
use crate::error::Refused;

const NAME: &str = "tei";
/// The most texts of one call, where the server does not say.
const USUAL_TEXTS: usize = 32;

/// A server of Text Embeddings Inference.
#[derive(Debug)]
pub(crate) struct TeiProvider {
    endpoint: Endpoint,
    config: Tei,
    prefixes: Prefixes,
    /// What the server says of itself, once it was asked.
    info: OnceCell<Info>,
}

impl TeiProvider {
    pub(crate) fn new(client: Client, config: Tei) -> Self {
        let names = (NAME, "retrieval.tei");
        let endpoint = Endpoint::new(client, names, &config.api_key, config.timeout);
        Self { endpoint, prefixes: config.prefixes(), config, info: OnceCell::new() }
    }

    /// What the server is; another model behind the same address is refused.
    async fn learn(&self) -> Result<Info, Error> {
        let info: Info = self.endpoint.get(self.config.url("info")).await?;
        // A server that was started on a folder knows no more than its path.
        let is_named = !info.model_id.is_empty() && !info.model_id.starts_with('/');
        if is_named && info.model_id != self.config.model {
            let why = format!(
                "it serves the model {}, and retrieval.tei.model is {}; set that to the one it serves",
                info.model_id, self.config.model
            );
            return Err(Refused::Denied(why).into());
        }
        Ok(info)
    }
}

#[async_trait]
impl Provider for TeiProvider {
    fn name(&self) -> &'static str {
        NAME
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    fn dimension(&self) -> Option<u32> {
        None
    }

    fn prefixes(&self) -> Option<&Prefixes> {
        Some(&self.prefixes)
    }

    fn longest(&self) -> Option<usize> {
        self.info.get().and_then(|info| info.max_input_length)
    }

    fn most_texts(&self) -> usize {
        self.info.get().and_then(|info| info.max_client_batch_size).unwrap_or(USUAL_TEXTS)
    }

    async fn prepare(&self) -> Result<(), Error> {
        self.info.get_or_try_init(|| self.learn()).await.map(drop)
    }

    async fn ask(&self, texts: &[String], _: Purpose) -> Result<Answered, Error> {
        let vectors: Reply = self.endpoint.post(self.config.url("embed"), &body(texts)).await?;
        Ok(Answered { vectors, tokens: None, model: None })
    }
}
