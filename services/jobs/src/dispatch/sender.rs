//! One attempt of one delivery.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chassis::clock::Time;
use chassis::http::{Client, Error, Outbound, Request, Streamed};
use chassis::trace::TraceContext;
use futures_util::StreamExt;
use http::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::time::timeout;

use crate::config::{OwnHeaders, WebhookConfig};
use crate::dispatch::policy::{Received, Verdict, judge, needs_body};
use crate::keyring::{Keyring, Purpose};
use crate::outbox::Address;
use crate::store::{Answered, Outgoing};
use crate::webhook::Signer;

/// How much of an answer is read.
const LONGEST_ANSWER: usize = 16 << 10;
/// How long an answer is read that is not needed, for the sake of the connection.
const COURTESY: Duration = Duration::from_millis(500);
const AGENT: &str = concat!("throughline/", env!("CARGO_PKG_VERSION"));

/// Signs and sends.
pub(super) struct Sender {
    operator: Client,
    caller: Client,
    signer: Signer,
    keyring: Arc<Keyring>,
    webhook: Option<Address>,
    headers: OwnHeaders,
    timeout: Duration,
}

impl Sender {
    pub(super) fn new(
        config: &WebhookConfig,
        signer: Signer,
        keyring: Arc<Keyring>,
        outbound: &Outbound,
    ) -> Self {
        Self {
            operator: outbound.operator(),
            caller: outbound.caller(),
            signer,
            keyring,
            webhook: config.address.clone(),
            headers: config.headers.clone(),
            timeout: config.attempts.timeout,
        }
    }

    /// Sends it, and judges what came back.
    pub(super) async fn send(
        &self,
        delivery: &Outgoing,
        span: &TraceContext,
    ) -> (Verdict, Answered) {
        let (client, configured) = self.client(&delivery.origin);
        let credentials = match self.credentials(delivery, configured) {
            Ok(credentials) => credentials,
            // The key may come back, and nothing else would help.
            Err(error) => return failed(Verdict::Retry(None), &error),
        };
        let headers = match self.headers(delivery, span, credentials) {
            Ok(headers) => headers,
            Err(error) => return failed(Verdict::GiveUp, &error),
        };
        let request = Request {
            method: Method::POST,
            url: delivery.url.clone(),
            headers,
            body: Bytes::copy_from_slice(&delivery.body),
            timeout: self.timeout,
            max_body: usize::MAX,
        };
        match client.stream(request).await {
            Ok(answer) => self.read(&delivery.url, answer).await,
            Err(error) => failed(after(&error), &error),
        }
    }

    /// What the operator configured goes anywhere and carries the operator's credentials; every
    /// other origin is a caller's choice and gets neither.
    fn client(&self, origin: &str) -> (&Client, Option<&OwnHeaders>) {
        match &self.webhook {
            Some(webhook) if webhook.origin == origin => (&self.operator, Some(&self.headers)),
            Some(_) | None => (&self.caller, None),
        }
    }

    /// What its job brought for it, in place of what the operator configured for its origin.
    fn credentials(
        &self,
        delivery: &Outgoing,
        configured: Option<&OwnHeaders>,
    ) -> Result<HeaderMap, crate::Error> {
        let Some(sealed) = &delivery.callback_auth else {
            return Ok(configured.map(OwnHeaders::now).unwrap_or_default());
        };
        let purpose = Purpose { job: &delivery.job_id, url: &delivery.url };
        let header = self.keyring.open(sealed, purpose)?.header().ok_or(crate::Error::Sealed)?;
        Ok(HeaderMap::from_iter([header]))
    }

    fn headers(
        &self,
        delivery: &Outgoing,
        span: &TraceContext,
        credentials: HeaderMap,
    ) -> Result<HeaderMap, crate::Error> {
        // Ours come last, so that no header of somebody else's replaces them.
        let mut headers = credentials;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        // Receivers compare with their own clocks, so this is the time of day whatever a test says.
        let now = Time::from(SystemTime::now());
        let signature = self.signer.headers(&delivery.held.id, now, &delivery.body)?;
        headers.extend(signature);
        span.write(&mut headers);
        Ok(headers)
    }

    async fn read(&self, url: &str, answer: Streamed) -> (Verdict, Answered) {
        let Streamed { status, headers, body, .. } = answer;
        let text = |name: HeaderName| {
            headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        let content_type = text(CONTENT_TYPE);
        let status_code = Some(status.as_u16());
        let body = if needs_body(status, content_type) {
            match beginning(body).await {
                Ok(body) => body,
                Err(error) => {
                    let (verdict, answered) = failed(after(&error), &error);
                    return (verdict, Answered { status: status_code, ..answered });
                }
            }
        } else {
            // The status says it all; a receiver that drips its answer must not hold the place.
            let read = timeout(COURTESY, beginning(body)).await;
            read.ok().and_then(Result::ok).unwrap_or_default()
        };
        let retry_after = text(RETRY_AFTER);
        let received = Received { url, status, content_type, retry_after, body: &body };
        let verdict = judge(&received, SystemTime::now());
        let error = (verdict != Verdict::Delivered).then(|| format!("http {}", status.as_u16()));
        (verdict, Answered { status: status_code, error })
    }
}

/// The first bytes of a body as text; what is no text is replaced.
async fn beginning(mut body: chassis::http::Chunks) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() >= LONGEST_ANSWER {
            bytes.truncate(LONGEST_ANSWER);
            break;
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn failed(verdict: Verdict, error: &impl std::fmt::Display) -> (Verdict, Answered) {
    (verdict, Answered { status: None, error: Some(error.to_string()) })
}

/// What to do when no answer came.
fn after(error: &Error) -> Verdict {
    match error {
        Error::InvalidUrl(_) | Error::Refused { .. } | Error::InvalidAllow { .. } => {
            Verdict::GiveUp
        }
        Error::Connect { .. }
        | Error::Timeout { .. }
        | Error::Broken { .. }
        | Error::TooLarge { .. }
        | Error::Tls(_) => Verdict::Retry(None),
    }
}
