use axum::response::{IntoResponse, Response};
use chassis::trace::{self, TraceContext};

use crate::attributes::{Attributes, CUSTOM_ATTRIBUTES};
use crate::edge::AboutJob;
use crate::error::Error;

/// An answer, and the trace that it is about.
pub(super) struct Answered {
    response: Response,
    trace_id: Option<String>,
}

/// A failure, and the job that it is about.
pub(super) struct Refused {
    error: Error,
    job_id: Option<String>,
}

impl Answered {
    /// An answer about the request's own trace.
    pub(super) fn of(response: Response) -> Self {
        Self { response, trace_id: None }
    }

    /// An answer about a job's trace, which may be another one.
    pub(super) fn of_trace(response: Response, trace_id: String) -> Self {
        Self { response, trace_id: Some(trace_id) }
    }
}

impl Refused {
    /// A failure that is about a job, which the caller named.
    pub(super) fn about(error: Error, job_id: Option<String>) -> Self {
        Self { error, job_id }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, job_id: None }
    }
}

/// Sends the custom attributes back, the only header of ours that passes SageMaker.
pub(super) fn echoed(answered: Result<Answered, Refused>, attributes: &Attributes) -> Response {
    let current = trace::current();
    let (mut response, trace_id) = match answered {
        Ok(Answered { response, trace_id }) => (response, trace_id),
        Err(Refused { error, job_id }) => {
            let mut response = error.into_response();
            if let Some(job_id) = job_id {
                response.extensions_mut().insert(AboutJob(job_id));
            }
            (response, None)
        }
    };
    let trace_id = trace_id.or_else(|| current.as_ref().map(TraceContext::trace_id));
    let echo = trace_id.and_then(|trace_id| attributes.echo(&trace_id, current.as_ref()));
    if let Some(echo) = echo {
        response.headers_mut().insert(CUSTOM_ATTRIBUTES, echo);
    }
    response
}
