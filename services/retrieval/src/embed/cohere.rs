//! Embeds through version 2 of Cohere's embeddings.

mod wire;

use async_trait::async_trait;
use chassis::http::Client;

use crate::Error;
use crate::config::Cohere;
use crate::embed::Purpose;
use crate::embed::cohere::wire::{Reply, body};
use crate::embed::endpoint::Endpoint;
use crate::embed::remote::{Answered, Provider};

const NAME: &str = "cohere";
/// The most texts that it takes in one call.
const MOST_TEXTS: usize = 96;

/// A server that speaks Cohere's embeddings.
#[derive(Clone, Debug)]
pub(crate) struct CohereProvider {
    endpoint: Endpoint,
    config: Cohere,
}

impl CohereProvider {
    pub(crate) fn new(client: Client, config: Cohere) -> Self {
        let names = (NAME, "retrieval.cohere");
        let endpoint = Endpoint::new(client, names, &config.api_key, config.timeout);
        Self { endpoint, config }
    }
}

#[async_trait]
impl Provider for CohereProvider {
    fn name(&self) -> &'static str {
        NAME
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    fn dimension(&self) -> Option<u32> {
        self.config.dimension()
    }

    fn longest(&self) -> Option<usize> {
        match self.config.model.as_str() {
            "embed-v4.0" => Some(128_000),
            model if model.ends_with("-v3.0") => Some(512),
            _ => None,
        }
    }

    fn most_texts(&self) -> usize {
        MOST_TEXTS
    }

    fn price(&self) -> Option<f64> {
        match self.config.model.as_str() {
            "embed-v4.0" => Some(0.12),
            model if model.ends_with("-v3.0") => Some(0.10),
            _ => None,
        }
    }

    async fn ask(&self, texts: &[String], purpose: Purpose) -> Result<Answered, Error> {
        let body = body(&self.config, texts, purpose);
        let reply: Reply = self.endpoint.post(self.config.url(), &body).await?;
        Ok(reply.answered())
    }
}
