//! Asks a provider over HTTP, and says what to do where it refuses.

use std::time::Duration;

use chassis::http::{Answer, Client, Error as HttpError, Request, Retry, Retrying, retry_after};
use chassis::secret::Secret;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Error;
use crate::error::Refused;

/// In bytes. 256 vectors of 3,072 numbers are about ten megabytes.
const MAX_BODY: usize = 32 << 20;

/// A provider's place and credential.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    client: Retrying,
    /// The section of its settings, for the remedy.
    section: &'static str,
    api_key: Secret,
    timeout: Duration,
}

impl Endpoint {
    pub(super) fn new(
        client: Client,
        (name, section): (&'static str, &'static str),
        api_key: &Secret,
        timeout: Duration,
    ) -> Self {
        let client = Retrying::new(client, name, Retry::default()).unless(is_spent);
        Self { client, section, api_key: api_key.clone(), timeout }
    }

    /// Posts a body, and reads what comes back.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        url: String,
        body: &Value,
    ) -> Result<T, Error> {
        self.ask(Method::POST, url, body.to_string()).await
    }

    /// Reads what is there.
    pub(super) async fn get<T: DeserializeOwned>(&self, url: String) -> Result<T, Error> {
        self.ask(Method::GET, url, String::new()).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        url: String,
        body: String,
    ) -> Result<T, Error> {
        let request = Request {
            method,
            url,
            headers: self.headers(),
            body: body.into(),
            timeout: self.timeout,
            max_body: MAX_BODY,
        };
        let answer = self.client.send(request).await.map_err(|error| self.unreached(&error))?;
        if answer.status != StatusCode::OK {
            return Err(self.refusal(&answer).into());
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| Error::unusable("its answer is no list of vectors"))
    }

    fn headers(&self) -> HeaderMap {
        let json = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::from_iter([(ACCEPT, json.clone()), (CONTENT_TYPE, json)]);
        let key = self.api_key.get();
        // That it can be a header was checked when the configuration was read.
        if let Some(Ok(mut key)) = key.map(|key| HeaderValue::try_from(format!("Bearer {key}"))) {
            key.set_sensitive(true);
            headers.insert(AUTHORIZATION, key);
        }
        headers
    }

    fn unreached(&self, error: &HttpError) -> Error {
        match error {
            HttpError::InvalidUrl(_)
            | HttpError::Refused { .. }
            | HttpError::InvalidAllow { .. } => {
                Refused::Denied(format!("{error}; check {}.base_url", self.section)).into()
            }
            HttpError::Timeout { .. }
            | HttpError::Connect { .. }
            | HttpError::Broken { .. }
            | HttpError::TooLarge { .. }
            | HttpError::Tls(_) => Error::unusable(error.to_string()),
        }
    }

    /// It answered with another status than 200; its words stay outside, since they may quote.
    fn refusal(&self, answer: &Answer) -> Refused {
        let (status, section) = (answer.status.as_u16(), self.section);
        let why = format!("HTTP {status}");
        match status {
            401 | 403 | 498 => Refused::Denied(format!("{why}; check {section}.api_key")),
            402 => Refused::Denied(format!("{why}, the account has no credit left")),
            429 if is_spent(&answer.body) => {
                Refused::Denied(format!("{why}, the account has no credit left"))
            }
            300..=399 | 404 => {
                Refused::Denied(format!("{why}; check {section}.base_url and {section}.model"))
            }
            413 => Refused::Denied(format!(
                "{why}; set retrieval.embed.batch to less, or cut texts shorter with retrieval.chunk_size"
            )),
            408 | 409 | 424 | 425 | 429 | 500.. | ..=299 => {
                Refused::Unavailable { why, wait: retry_after(&answer.headers) }
            }
            400..=499 => Refused::Denied(format!(
                "{why}; check that {section}.model embeds, and {section}.dimensions"
            )),
        }
    }
}

/// Whether a refusal says that the account has no money: waiting does not help.
fn is_spent(body: &[u8]) -> bool {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    ["code", "type"].iter().any(|name| problem["error"][name] == "insufficient_quota")
}
