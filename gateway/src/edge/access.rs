use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chassis::metrics::{self, Measure};
use chassis::panic;
use chassis::trace::TraceContext;
use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue, Method, StatusCode};

use crate::answer::{Json, Problem};
use crate::edge::drain::Rest;
use crate::edge::{AboutJob, Fault};
use crate::error::Error;
use crate::json::shown;

/// Counts the requests that were answered with 5xx.
const REQUEST_ERRORS: &str = "RequestErrors";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, answers even where a handler panics, writes failures down, and logs one line.
pub(crate) async fn access(request: Request, next: Next) -> Response {
    let mut line = Line::of(&request);
    let instance = request.uri().path().to_owned();
    let (request, rest) = Rest::keep(request);
    let mut response = panic::contain(next.run(request)).await.unwrap_or_else(|caught| {
        let (location, request_id) = (caught.location(), &line.request_id);
        tracing::error!(%location, %request_id, "a handler panicked");
        Error::Broken.into_response()
    });
    let served = response.extensions().get().map(TraceContext::trace_id);
    line.trace_id = served.or_else(|| line.trace_id.take());
    if let Some(Fault(problem)) = response.extensions_mut().remove() {
        line.code = Some(problem.code.clone());
        let mut problem =
            Problem::answering(*problem, instance, line.request_id.clone(), line.trace_id.clone());
        problem.job_id = response.extensions_mut().remove().map(|AboutJob(job_id)| shown(&job_id));
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
    /// Why it was not served.
    code: Option<String>,
    begin: Instant,
}

impl Line {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            route: request.extensions().get().cloned(),
            request_id: chassis::id::new("req"),
            // Who is turned away at the door is served under no trace, and named by its own.
            trace_id: TraceContext::from_headers(request.headers()).map(|told| told.trace_id()),
            status: None,
            code: None,
            begin: Instant::now(),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let route = self.route.as_ref().map_or("(none)", MatchedPath::as_str);
        let status = self.status.map_or(499, |status| status.as_u16());
        let ms = self.begin.elapsed().as_millis();
        // While it starts or stops a process is not broken, and platforms ask again and again.
        if status >= 500 && route != "/ping" {
            metrics::record(&[Measure::count(REQUEST_ERRORS, 1.0)]);
        }
        let (method, request_id) = (&self.method, &self.request_id);
        let (trace_id, code) = (self.trace_id.as_deref(), self.code.as_deref());
        if route == "/ping" {
            tracing::debug!(%method, route, status, code, ms, request_id, trace_id, "answered");
        } else {
            tracing::info!(%method, route, status, code, ms, request_id, trace_id, "answered");
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn broken() -> StatusCode {
        panic!("the secret reason")
    }

    #[tokio::test]
    async fn panic_is_answered() {
        let router: Router = Router::new().route("/broken", get(broken)).layer(from_fn(access));
        let request = Request::get("/broken").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), 500);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains(r#""code":"internal""#) && text.contains("req_"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}
