use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::{Credentials, Error};

/// Who calls an endpoint with plain HTTP and a signature of its own.
#[derive(Clone, Debug)]
pub struct Caller {
    url: String,
    credentials: Credentials,
    region: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// What the front door answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What the platform's own client would wait; see the documentation of `InvokeEndpoint`.
const PATIENCE: Duration = Duration::from_secs(70);

impl Caller {
    /// A caller of the platform at this URL.
    pub fn new(url: &str, credentials: Credentials, region: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { url: url.to_owned(), credentials, region: region.to_owned(), client }
    }

    /// `InvokeEndpoint` with these headers beside the content's type.
    pub async fn invoke(
        &self,
        endpoint: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Result<Answer, Error> {
        self.post(&format!("/endpoints/{endpoint}/invocations"), "sagemaker", headers, body).await
    }

    /// A signed POST of JSON to a service that listens there.
    pub async fn post(
        &self,
        path: &str,
        service: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Result<Answer, Error> {
        let uri: Uri = format!("{}{path}", self.url).parse().map_err(failed)?;
        let mut request = Request::post(uri)
            .header("content-type", "application/json")
            .body(body.into())
            .map_err(failed)?;
        for (name, value) in headers {
            let name: HeaderName = name.parse().map_err(failed)?;
            request.headers_mut().insert(name, HeaderValue::from_str(value).map_err(failed)?);
        }
        self.credentials.sign(&mut request, &self.region, service)?;
        self.send(request.map(|body| Full::new(Bytes::from(body)))).await
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer, Error> {
        let exchange = async {
            let (head, body) = self.client.request(request).await.map_err(failed)?.into_parts();
            let body = body.collect().await.map_err(failed)?.to_bytes();
            Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
        };
        let late = || Error::Call(format!("no answer within {PATIENCE:?}"));
        tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err(late()))
    }
}

impl Answer {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The service's error type, where it is an error.
    pub fn error(&self) -> Option<&str> {
        self.headers.get("x-amzn-errortype")?.to_str().ok()
    }

    /// What the container said, inside a `ModelError`: its status and its JSON.
    pub fn original(&self) -> (u64, Value) {
        let body = self.json();
        let message = body["OriginalMessage"].as_str().unwrap_or_default();
        (
            body["OriginalStatusCode"].as_u64().unwrap_or_default(),
            serde_json::from_str(message).unwrap_or_default(),
        )
    }
}

fn failed(error: impl std::error::Error) -> Error {
    Error::Call(error.to_string())
}
