use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chassis::trace::TraceContext;
use futures_util::FutureExt;
use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue, Method, StatusCode};

use crate::answer::{Json, Problem};
use crate::edge::Fault;
use crate::edge::drain::Rest;
use crate::error::Error;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, answers even where a handler panics, writes failures down, and logs one line.
pub(crate) async fn access(request: Request, next: Next) -> Response {
    let mut line = Line::of(&request);
    let instance = request.uri().path().to_owned();
    let (request, rest) = Rest::keep(request);
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answered.unwrap_or_else(|_| Error::Broken.into_response());
    line.trace_id = response.extensions().get().map(TraceContext::trace_id);
    if let Some(Fault(problem)) = response.extensions_mut().remove() {
        let problem =
            Problem::answering(*problem, instance, line.request_id.clone(), line.trace_id.clone());
        response = written(problem, &response);
    }
    if let Ok(id) = HeaderValue::try_from(&line.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    rest.read_away(&mut response).await;
    line.status = Some(response.status());
    response
}

/// The failure as an answer, with the headers that others gave it on its way.
fn written(problem: Problem, faulty: &Response) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let wait = problem.retry_after_ms.map(|wait| wait.div_ceil(1000));
    let mut response = Json(status, problem).into_response();
    response.headers_mut().extend(faulty.headers().clone());
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// The line that the log gets when the answer is there, or the caller has gone.
struct Line {
    method: Method,
    route: Option<MatchedPath>,
    request_id: String,
    trace_id: Option<String>,
    status: Option<StatusCode>,
    begin: Instant,
}

impl Line {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            route: request.extensions().get().cloned(),
            request_id: chassis::id::new("req"),
            trace_id: None,
            status: None,
            begin: Instant::now(),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let route = self.route.as_ref().map_or("(none)", MatchedPath::as_str);
        let status = self.status.map_or(499, |status| status.as_u16());
        let ms = self.begin.elapsed().as_millis();
        let (method, request_id) = (&self.method, &self.request_id);
        let trace_id = self.trace_id.as_deref();
        if route == "/ping" {
            tracing::debug!(%method, route, status, ms, request_id, trace_id, "answered");
        } else {
            tracing::info!(%method, route, status, ms, request_id, trace_id, "answered");
        }
    }
}
