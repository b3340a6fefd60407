//! Embeds through OpenAI's embeddings, OpenAI's own or another server's.

mod wire;

use async_trait::async_trait;
use chassis::http::Client;

use crate::Error;
use crate::config::OpenAi;
use crate::embed::Purpose;
use crate::embed::endpoint::Endpoint;
use crate::embed::openai::wire::{Reply, body};
use crate::embed::remote::{Answered, Provider};

const NAME: &str = "openai";
/// In tokens, of OpenAI's own models.
const LONGEST: usize = 8191;
/// In tokens of one call; OpenAI takes 300,000, and ours are estimates.
const MOST_TOKENS: usize = 150_000;

/// A server that speaks OpenAI's embeddings.
#[derive(Clone, Debug)]
pub(crate) struct OpenAiProvider {
    endpoint: Endpoint,
    config: OpenAi,
}

impl OpenAiProvider {
    pub(crate) fn new(client: Client, config: OpenAi) -> Self {
        let names = (NAME, "retrieval.openai");
        let endpoint = Endpoint::new(client, names, &config.api_key, config.timeout);
        Self { endpoint, config }
    }
}

#[async_trait]
impl Provider for OpenAiProvider {
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
        self.config.model.starts_with("text-embedding-").then_some(LONGEST)
    }

    fn refuses_long(&self) -> bool {
        true
    }

    fn most_tokens(&self) -> usize {
        MOST_TOKENS
    }

    fn price(&self) -> Option<f64> {
        match self.config.model.as_str() {
            "text-embedding-3-small" => Some(0.02),
            "text-embedding-3-large" => Some(0.13),
            "text-embedding-ada-002" => Some(0.10),
            _ => None,
        }
    }

    async fn ask(&self, texts: &[String], _: Purpose) -> Result<Answered, Error> {
        let reply: Reply =
            self.endpoint.post(self.config.url(), &body(&self.config, texts)).await?;
        reply.answered(texts.len())
    }
}
