//! Asks Cohere's rerank, version 2 of its interface, or a server that speaks it.

mod reason;
mod wire;

use std::time::Duration;

use bytes::Bytes;
use chassis::deadline;
use chassis::http::{Answer, Client, Request, Retry, Retrying};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::time::Instant;
use tracing::Instrument;

use crate::cohere::wire::{Body, Reply};
use crate::{Call, CohereConfig, telemetry};

pub(crate) use crate::cohere::reason::Reason;
pub(crate) use crate::cohere::wire::Scored;

/// What results, spans and `degraded` call it.
pub(crate) const NAME: &str = "cohere";
const CLIENT_NAME: &str = "throughline";
/// In bytes. A thousand scores are far less.
const MAX_BODY: usize = 4 << 20;

/// A Cohere model, or several behind one address.
#[derive(Clone, Debug)]
pub(crate) struct CohereClient {
    calls: Retrying,
    config: CohereConfig,
}

/// What to put in order.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    pub(crate) query: &'a str,
    pub(crate) documents: Vec<String>,
    pub(crate) top_n: Option<usize>,
    /// The configured one where absent.
    pub(crate) model: Option<&'a str>,
}

/// What an order brought: the scores, best first, and what the call took, where it was answered.
#[derive(Debug)]
pub(crate) struct Brought {
    pub(crate) scores: Result<Vec<Scored>, Reason>,
    pub(crate) call: Option<Call>,
}

impl CohereClient {
    pub(crate) fn new(client: Client, config: CohereConfig) -> Self {
        let retry = Retry { patience: Some(config.timeout / 2), ..config.retry };
        Self { calls: Retrying::new(client, NAME, retry), config }
    }

    /// How many characters of a passage are sent.
    pub(crate) fn max_document_chars(&self) -> usize {
        self.config.max_document_chars
    }

    /// Asks how well each document answers the query.
    pub(crate) async fn rank(&self, order: &Order<'_>) -> Brought {
        let model = order.model.unwrap_or(&self.config.model);
        let span = telemetry::span(NAME, model, order.documents.len());
        let brought = self.ask(order, model).instrument(span.clone()).await;
        telemetry::note(&span, &brought);
        brought
    }

    async fn ask(&self, order: &Order<'_>, model: &str) -> Brought {
        let began = Instant::now();
        let scores = match self.request(order, model) {
            Some(request) => self.calls.send(request).await.map_err(|error| Reason::of(&error)),
            None => Err(Reason::Timeout),
        };
        match scores.and_then(|answer| accepted(&answer)) {
            Err(reason) => Brought { scores: Err(reason), call: None },
            Ok((reply, attempts)) => {
                let call = self.call(&reply, model, attempts, began.elapsed());
                let scores = reply.scores(order.documents.len()).ok_or(Reason::Malformed);
                Brought { scores, call: Some(call) }
            }
        }
    }

    /// The request, if there is time for it.
    fn request(&self, order: &Order<'_>, model: &str) -> Option<Request> {
        let Order { query, documents, top_n, .. } = order;
        let body = Body { model, query, documents, top_n: *top_n };
        let timeout = self.timeout();
        (!timeout.is_zero()).then(|| Request {
            method: Method::POST,
            url: self.config.url(),
            headers: self.headers(),
            body: Bytes::from(body.to_json()),
            timeout,
            max_body: MAX_BODY,
        })
    }

    /// What is left behind it brings the order as it was back to the caller.
    fn timeout(&self) -> Duration {
        let left = deadline::current().map(deadline::Deadline::remaining);
        left.map_or(self.config.timeout, |left| self.config.timeout.min(left / 5 * 4))
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("x-client-name", HeaderValue::from_static(CLIENT_NAME));
        let key = HeaderValue::try_from(format!("Bearer {}", self.config.api_key.expose()));
        // That it can be a header was checked when the configuration was read.
        if let Ok(mut key) = key {
            key.set_sensitive(true);
            headers.insert(AUTHORIZATION, key);
        }
        headers
    }

    fn call(&self, reply: &Reply, model: &str, attempts: u32, duration: Duration) -> Call {
        let search_units = reply.search_units();
        let price = self.config.prices.get(model).zip(search_units);
        Call {
            provider: NAME,
            model: model.to_owned(),
            duration,
            search_units: search_units.unwrap_or_default(),
            cost_usd: price.map(|(price, units)| cost(*price, units)),
            request_id: reply.request_id(),
            attempts,
        }
    }
}

/// Takes an answer as one, or says why it is none.
fn accepted(answer: &Answer) -> Result<(Reply, u32), Reason> {
    if answer.status != StatusCode::OK {
        return Err(Reason::of_status(answer.status));
    }
    let reply = serde_json::from_slice(&answer.body).map_err(|_| Reason::Malformed)?;
    Ok((reply, answer.attempts))
}

#[allow(clippy::cast_precision_loss, reason = "nobody uses 2^53 search units")]
fn cost(price: f64, units: u64) -> f64 {
    price * units as f64 / 1000.0
}
