use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, Method};

use crate::attributes::Attributes;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::routes::DOORS;
use crate::submission::{Received, receive};
use crate::{body, json, origin};

/// What came in where jobs are handed in, read before the request's span begins.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    /// The custom attributes, which go back with the answer.
    pub(crate) attributes: Attributes,
    /// When it began to come in.
    pub(crate) since: Instant,
    /// The job, or what else is asked for.
    pub(crate) received: Result<Received, Error>,
}

/// Finds the caller's trace for those who serve the request under it.
///
/// Where jobs are handed in the body may name the trace too, so it is read here.
pub(crate) async fn carry(
    State(gateway): State<Gateway>,
    mut request: Request,
    next: Next,
) -> Response {
    if !takes_jobs(&request) {
        let attributes = Attributes::read(request.headers());
        let found = origin::find(request.headers(), &attributes, None);
        origin::write(found.as_ref(), request.headers_mut());
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let arrival = Box::pin(arrive(&gateway, &mut parts, body)).await;
    parts.extensions.insert(arrival);
    next.run(Request::from_parts(parts, Body::empty())).await
}

fn takes_jobs(request: &Request) -> bool {
    let route = request.extensions().get().map(MatchedPath::as_str);
    request.method() == Method::POST && route.is_some_and(|route| DOORS.contains(&route))
}

async fn arrive(gateway: &Gateway, parts: &mut Parts, body: Body) -> Arrival {
    let since = Instant::now();
    let attributes = Attributes::read(&parts.headers);
    let received = read(gateway, &parts.headers, &attributes, body).await;
    let named = match &received {
        Ok(Received::Job(_, trace)) => trace.as_ref(),
        Ok(Received::Asked(asked)) => asked.trace.as_ref(),
        Err(_) => None,
    };
    let found = origin::find(&parts.headers, &attributes, named);
    origin::write(found.as_ref(), &mut parts.headers);
    Arrival { attributes, since, received }
}

async fn read(
    gateway: &Gateway,
    headers: &HeaderMap,
    attributes: &Attributes,
    body: Body,
) -> Result<Received, Error> {
    let config = gateway.config();
    let bytes = body::read(body, config.body_limit, config.body_timeout).await?;
    let (headers, attributes, takes) = (headers.clone(), attributes.clone(), gateway.takes());
    json::apart(bytes.len(), move || receive(json::check(bytes)?, &headers, &attributes, takes))
        .await
}
