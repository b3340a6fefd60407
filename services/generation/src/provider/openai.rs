//! Writes through OpenAI's chat completions, OpenAI's own or another server's.

mod draft;
mod failure;
mod sse;
mod stream;
mod wire;

use async_trait::async_trait;
use bytes::Bytes;
use chassis::http::{Client, Request, Retry, Retrying};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::provider::openai::draft::Draft;
use crate::provider::openai::failure::{is_final, malformed, refusal, request_id, unreached};
use crate::provider::openai::stream::pieces;
use crate::provider::openai::wire::{Reply, body};
use crate::provider::{Call, Completion, Pieces, Provider};
use crate::{Error, Models, OpenAi};

pub(super) const NAME: &str = "openai";
/// In bytes. Far more than a model writes.
const MAX_BODY: usize = 8 << 20;
const FAST: &str = "fast";
const STRONG: &str = "strong";

/// A server that speaks OpenAI's chat completions, and the aliases of its models.
#[derive(Clone, Debug)]
pub(crate) struct OpenAiProvider {
    calls: Retrying,
    config: OpenAi,
    models: Models,
}

impl OpenAiProvider {
    pub(crate) fn new(client: Client, config: OpenAi, models: Models, retry: Retry) -> Self {
        let calls = Retrying::new(client, NAME, retry).unless(is_final);
        Self { calls, config, models }
    }

    fn request(&self, call: &Call, is_stream: bool) -> Request {
        let body = body(call, self.config.limit_parameter(), is_stream);
        Request {
            method: Method::POST,
            url: self.config.url(),
            headers: self.headers(is_stream),
            body: Bytes::from(body.to_string()),
            timeout: call.limit.timeout,
            max_body: MAX_BODY,
        }
    }

    fn headers(&self, is_stream: bool) -> HeaderMap {
        let accept = if is_stream { "text/event-stream" } else { "application/json" };
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let key =
            self.config.api_key.get().map(|key| HeaderValue::try_from(format!("Bearer {key}")));
        // That it can be a header was checked when the configuration was read.
        if let Some(Ok(mut key)) = key {
            key.set_sensitive(true);
            headers.insert(AUTHORIZATION, key);
        }
        headers
    }
}

#[async_trait]
impl Provider for OpenAiProvider {
    fn name(&self) -> &'static str {
        NAME
    }

    fn model(&self, name: &str) -> String {
        let alias = match name {
            "" | STRONG => &self.models.strong,
            FAST => &self.models.fast,
            model => return model.to_owned(),
        };
        let model = if alias.is_empty() { &self.config.model } else { alias };
        model.clone()
    }

    fn degraded(&self) -> Option<&'static str> {
        None
    }

    fn is_free(&self) -> bool {
        false
    }

    async fn complete(&self, call: Call) -> Result<Completion, Error> {
        let answer = self.calls.send(self.request(&call, false)).await;
        let answer = answer.map_err(|error| unreached(&error, call.limit))?;
        if answer.status != StatusCode::OK {
            return Err(refusal(answer.status, &answer.headers, &answer.body));
        }
        let reply: Reply = serde_json::from_slice(&answer.body)
            .map_err(|_| malformed("its answer is no completion"))?;
        let mut draft = Draft::new(&call, request_id(&answer.headers));
        draft.take(reply)?;
        draft.settle()
    }

    async fn stream(&self, call: Call) -> Result<Pieces, Error> {
        let answer = self.calls.stream(self.request(&call, true)).await;
        let answer = answer.map_err(|error| unreached(&error, call.limit))?;
        pieces(answer, &call).await
    }
}
