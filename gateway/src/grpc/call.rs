use chassis::deadline::{self, Deadline};
use chassis::failure::{Kind, Problem, Refusal};
use tonic::{Response, Status};

use crate::error::Error;
use crate::grpc::Peers;

/// How long a caller is asked to wait where the service does not say.
const WAIT_MS: u64 = 1000;

/// What fields are called over HTTP that have other names on the wire.
const NAMES: [(&str, &str); 6] = [
    ("page_size", "limit"),
    ("page_token", "cursor"),
    ("input_json", "input"),
    ("correlation_json", "correlation"),
    ("deadline", "deadline_s"),
    ("state", "status"),
];

impl Peers {
    /// Waits for an answer, as long as a call may take.
    pub(super) async fn call<T>(
        &self,
        hop: &str,
        answer: impl Future<Output = Result<Response<T>, Status>>,
    ) -> Result<T, Error> {
        self.call_as(hop, answer, renamed).await
    }

    /// The same with the paths of fields as the caller wrote them.
    pub(super) async fn call_as<T>(
        &self,
        hop: &str,
        answer: impl Future<Output = Result<Response<T>, Status>>,
        path: impl Fn(&str) -> String,
    ) -> Result<T, Error> {
        let answer = deadline::scope(Deadline::after(self.patience), answer).await;
        answer.map(Response::into_inner).map_err(|status| refused_as(hop, &status, path))
    }
}

/// An answer that lacks what every answer has; the peer is not what it says it is.
pub(super) fn absent(hop: &str) -> Error {
    refused(hop, &Status::internal("the answer lacks what was asked for"))
}

/// What a service's failure says to an HTTP caller.
pub(super) fn refused(hop: &str, status: &Status) -> Error {
    refused_as(hop, status, renamed)
}

/// The same with the paths of fields as the caller wrote them.
pub(super) fn refused_as(hop: &str, status: &Status, path: impl Fn(&str) -> String) -> Error {
    let told = own_fault(hop, status);
    let status = told.as_ref().unwrap_or(status);
    let kind = Kind::of(status);
    let mut problem = Problem::of(status);
    problem.hop = Some(hop.to_owned());
    problem.errors.iter_mut().for_each(|violation| violation.path = path(&violation.path));
    if kind == Kind::Unavailable {
        problem.retry_after_ms = problem.retry_after_ms.or(Some(WAIT_MS));
    }
    Error::Peer { kind, problem: Box::new(problem) }
}

/// What the caller must not read as its own fault, in other words.
fn own_fault(hop: &str, status: &Status) -> Option<Status> {
    let (kind, reason, message) = match Kind::of(status) {
        Kind::Unauthenticated => (
            Kind::Internal,
            "PEER_REFUSED",
            format!(
                "{hop} refused the gateway's own credentials; compare grpc.internal_token on both sides"
            ),
        ),
        Kind::Unsupported => (
            Kind::Internal,
            "PEER_VERSION",
            format!("{hop} does not know this call; it may be of another version"),
        ),
        Kind::Cancelled => {
            (Kind::Unavailable, "PEER_STOPPED", format!("{hop} gave the call up; try again"))
        }
        Kind::Malformed
        | Kind::Invalid
        | Kind::Denied
        | Kind::NotFound
        | Kind::Conflict
        | Kind::KeyReused
        | Kind::TooLarge
        | Kind::Throttled
        | Kind::Unavailable
        | Kind::Deadline
        | Kind::Internal => return None,
    };
    Some(Refusal::new(kind, reason).to_status(message))
}

fn renamed(path: &str) -> String {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (name, rest) = path.split_at(end);
    let name = NAMES.iter().find(|(wire, _)| *wire == name).map_or(name, |(_, http)| http);
    format!("{name}{rest}")
}
