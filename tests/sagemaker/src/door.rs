//! The front door: what `InvokeEndpoint` does between a caller and a container.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::HeaderValue;
use http::request::Parts;
use http_body_util::Full;

use crate::endpoint::Target;
use crate::exchange::{Bounds, Exchanged, Fault, exchange};
use crate::platform::Registry;
use crate::refusal::{Failure, Refusal};
use crate::{Endpoint, header, signature};

/// What a caller may send that is thrown away, so that it gets to read that it was too much.
const DISCARDED: usize = 64 * 1024 * 1024;

pub(crate) async fn invoke(
    State(registry): State<Registry>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let answer = invocation(&registry, &name, request).await;
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    let id = uuid::Uuid::now_v7().to_string();
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(header::REQUEST_ID, id);
    }
    response
}

pub(crate) async fn unknown() -> Refusal {
    std::future::ready(Refusal::unknown_operation()).await
}

async fn invocation(
    registry: &Registry,
    name: &str,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let endpoint = registry.endpoint(name);
    let limit = endpoint
        .as_ref()
        .map_or_else(|| crate::Limits::default().body, |endpoint| endpoint.plan().limits.body);
    let body = read(body, limit).await?;
    registry.signatures().check(&head, &body)?;
    let endpoint = endpoint.ok_or_else(|| Refusal::endpoint_unknown(name))?;
    header::check(&head.headers)?;
    let named = head.headers.get(header::TARGET_CONTAINER).and_then(|value| value.to_str().ok());
    let target = endpoint.target(named)?;
    forward(&endpoint, &target, &head, body).await
}

/// The whole body, where it is not too large.
async fn read(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let mut chunks = body.into_data_stream();
    let mut whole = BytesMut::new();
    let mut size = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| Refusal::broken_request(&error.to_string()))?;
        size += chunk.len();
        if size > limit + DISCARDED {
            break;
        }
        if size <= limit {
            whole.extend_from_slice(&chunk);
        }
    }
    if size > limit { Err(Refusal::too_large(limit)) } else { Ok(whole.freeze()) }
}

async fn forward(
    endpoint: &Arc<Endpoint>,
    target: &Target,
    head: &Parts,
    body: Bytes,
) -> Result<Response, Refusal> {
    let plan = endpoint.plan();
    let region = signature::region(&head.headers).unwrap_or_else(|| "us-east-1".to_owned());
    let container = if plan.is_direct() { target.hostname.as_str() } else { "primary" };
    let failure = |status, message: &str| {
        Refusal::model(&Failure {
            endpoint: &plan.name,
            region: &region,
            container,
            status,
            message,
        })
    };
    let bounds =
        Bounds { connect: plan.limits.connect, answer: plan.limits.answer, body: plan.limits.body };
    endpoint.carried(body.len());
    let mut request = http::Request::post("/invocations")
        .body(Full::new(body))
        .map_err(|error| Refusal::broken_request(&error.to_string()))?;
    *request.headers_mut() = header::inward(&head.headers, target.port);
    let Exchanged { response, connected } = exchange(target.port, request, bounds)
        .await
        .map_err(|fault| failure(0, &why(&fault, container)))?;
    endpoint.connected(connected);
    endpoint.carried(response.body().len());
    if !response.status().is_success() {
        return Err(failure(response.status().as_u16(), &String::from_utf8_lossy(response.body())));
    }
    // Whatever the container's status, a caller of the service sees 200.
    let mut answer = Response::new(Body::from(response.body().clone()));
    *answer.headers_mut() = header::outward(response.headers());
    Ok(answer)
}

/// What the service says of a container that did not answer; only the first text is documented, the others are guesses.
fn why(fault: &Fault, container: &str) -> String {
    match fault {
        Fault::Late(_) => format!(
            "Your invocation timed out while waiting for a response from container {container}. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
        ),
        Fault::NotAccepted(_) | Fault::TooLarge(_) | Fault::Broken(_) => {
            format!("Container {container}: {fault}.")
        }
    }
}
