//! Embeds through OpenAI's embeddings, OpenAI's own or another server's.

mod wire;

use std::time::Duration;

use async_trait::async_trait;
use chassis::http::{Answer, Client, Error as HttpError, Request, Retry, Retrying};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::time::Instant;
use tracing::Instrument;

use crate::Error;
use crate::config::OpenAi;
use crate::embed::openai::wire::{Reply, body};
use crate::embed::{Consumed, Embedded, Embedder, Purpose, beginning, telemetry};
use crate::error::Refused;

const NAME: &str = "openai";
/// In tokens, of OpenAI's own models.
const LONGEST: usize = 8191;
/// In bytes. Seventeen vectors of 3,072 numbers are about a megabyte.
const MAX_BODY: usize = 8 << 20;

/// A server that speaks OpenAI's embeddings.
#[derive(Clone, Debug)]
pub(crate) struct OpenAiEmbedder {
    client: Retrying,
    config: OpenAi,
}

impl OpenAiEmbedder {
    pub(crate) fn new(client: Client, config: OpenAi) -> Self {
        let client = Retrying::new(client, NAME, Retry::default()).unless(wire::is_spent);
        Self { client, config }
    }

    async fn ask(&self, texts: &[String]) -> Result<Embedded, Error> {
        let began = Instant::now();
        let answer =
            self.client.send(self.request(texts)).await.map_err(|error| unreached(&error))?;
        if answer.status != StatusCode::OK {
            return Err(refusal(&answer));
        }
        let reply: Reply = serde_json::from_slice(&answer.body)
            .map_err(|_| Error::unusable("its answer is no list of vectors"))?;
        let tokens = reply.tokens();
        let model = reply.model(&self.config.model);
        let vectors = reply.vectors(texts.len())?;
        let used = tokens.unwrap_or_else(|| self.count(texts));
        let consumed = Consumed {
            provider: NAME,
            cost_usd: price(&self.config.model).map(|price| used as f64 * price / 1e6),
            model,
            tokens: used,
            estimated: tokens.is_none(),
            duration: began.elapsed(),
        };
        Ok(Embedded { vectors, consumed: Some(consumed) })
    }

    /// About how many tokens these texts have.
    fn count(&self, texts: &[String]) -> u64 {
        texts.iter().map(|text| self.tokens(text) as u64).sum()
    }

    fn request(&self, texts: &[String]) -> Request {
        // OpenAI refuses what is longer than the model reads, where others read its beginning.
        let longest = self.longest().unwrap_or(usize::MAX);
        let texts: Vec<&str> = texts.iter().map(|text| beginning(text, longest)).collect();
        Request {
            method: Method::POST,
            url: self.config.url(),
            headers: self.headers(),
            body: body(&self.config, &texts).to_string().into(),
            timeout: self.config.timeout,
            max_body: MAX_BODY,
        }
    }

    fn headers(&self) -> HeaderMap {
        let json = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::from_iter([(ACCEPT, json.clone()), (CONTENT_TYPE, json)]);
        let key = self.config.api_key.get();
        // That it can be a header was checked when the configuration was read.
        if let Some(Ok(mut key)) = key.map(|key| HeaderValue::try_from(format!("Bearer {key}"))) {
            key.set_sensitive(true);
            headers.insert(AUTHORIZATION, key);
        }
        headers
    }
}

#[async_trait]
impl Embedder for OpenAiEmbedder {
    fn model(&self) -> &str {
        &self.config.model
    }

    fn dimension(&self) -> Option<u32> {
        self.config.dimension()
    }

    fn longest(&self) -> Option<usize> {
        self.config.model.starts_with("text-embedding-").then_some(LONGEST)
    }

    async fn embed(&self, texts: &[String], _: Purpose) -> Result<Embedded, Error> {
        let span = telemetry::span(NAME, &self.config.model);
        let made = self.ask(texts).instrument(span.clone()).await;
        telemetry::note(&span, &made);
        made
    }
}

/// US dollars per million tokens, of OpenAI's own models.
fn price(model: &str) -> Option<f64> {
    match model {
        "text-embedding-3-small" => Some(0.02),
        "text-embedding-3-large" => Some(0.13),
        "text-embedding-ada-002" => Some(0.10),
        _ => None,
    }
}

fn unreached(error: &HttpError) -> Error {
    match error {
        HttpError::InvalidUrl(_) | HttpError::Refused { .. } | HttpError::InvalidAllow { .. } => {
            Error::Embedder(Refused::Denied(format!("{error}; check retrieval.openai.base_url")))
        }
        HttpError::Timeout { .. }
        | HttpError::Connect { .. }
        | HttpError::Broken { .. }
        | HttpError::TooLarge { .. }
        | HttpError::Tls(_) => {
            Error::Embedder(Refused::Unavailable { why: error.to_string(), wait: None })
        }
    }
}

/// The server answered with another status than 200; its words stay outside, since they may quote.
fn refusal(answer: &Answer) -> Error {
    let status = answer.status.as_u16();
    let why = format!("HTTP {status}");
    Error::Embedder(match status {
        401 | 403 => Refused::Denied(format!("{why}; check retrieval.openai.api_key")),
        429 if wire::is_spent(&answer.body) => {
            Refused::Denied(format!("{why}, the account has no credit left"))
        }
        300..=399 | 404 => Refused::Denied(format!(
            "{why}; check retrieval.openai.base_url and retrieval.openai.model"
        )),
        408 | 409 | 425 | 429 | 500.. | ..=299 => {
            Refused::Unavailable { why, wait: wait(&answer.headers) }
        }
        400..=499 => Refused::Denied(format!(
            "{why}; check that retrieval.openai.model embeds, and retrieval.openai.dimensions"
        )),
    })
}

fn wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().map(|wait| wait.min(LONGEST_WAIT))
}

/// Nobody waits longer than this, whatever a header says.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
