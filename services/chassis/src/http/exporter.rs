use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry_http::{HttpClient, HttpError};
use tokio::runtime::Handle;
use tracing::Instrument;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use crate::http::{Client, Request};

const MAX_BODY: usize = 64 << 10;

/// Sends telemetry by a [`Client`], without telemetry of its own.
#[derive(Clone, Debug)]
pub struct ExportClient {
    client: Client,
    timeout: Duration,
    // The exporter's own thread stands outside the runtime.
    runtime: Handle,
}

impl ExportClient {
    /// A client for exporters, whose calls take at most `timeout` and run on `runtime`.
    pub fn new(client: Client, timeout: Duration, runtime: Handle) -> Self {
        Self { client, timeout, runtime }
    }
}

#[async_trait]
impl HttpClient for ExportClient {
    async fn send_bytes(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let request = Request {
            method: head.method,
            url: head.uri.to_string(),
            headers: head.headers,
            body,
            timeout: self.timeout,
            max_body: MAX_BODY,
        };
        let client = self.client.clone();
        let call = async move { client.send(request).await };
        let call = call.instrument(tracing::Span::none()).with_subscriber(NoSubscriber::new());
        let answer = self.runtime.spawn(call).await??;
        let mut response = http::Response::new(answer.body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }
}
