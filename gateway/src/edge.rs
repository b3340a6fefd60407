//! What every request passes on its way in and out, the outermost first.

mod access;
mod arrival;
mod basic;
mod drain;
mod shed;
mod trace;

pub(crate) use crate::edge::access::access;
pub(crate) use crate::edge::arrival::{Arrival, carry};
pub(crate) use crate::edge::basic::admit;
pub(crate) use crate::edge::shed::{Crowded, shed};
pub(crate) use crate::edge::trace::within;

use axum::response::{IntoResponse, Response};
use chassis::failure::{Failure, Problem};

use crate::error::Error;

/// The job that an answer is about, where that is a failure.
#[derive(Clone, Debug)]
pub(crate) struct AboutJob(pub(crate) String);

/// A failure on its way out; the outermost layer writes it down, since it knows the request.
#[derive(Clone, Debug)]
struct Fault(Box<Problem>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.kind().http_status().into_response();
        response.extensions_mut().insert(Fault(Box::new(self.problem())));
        response
    }
}
