use std::time::Duration;

use chassis::failure::{Kind, Problem, Violation, reason, retry_after};
use chassis::template;
use tonic::{Code, Status};

/// Why a step did not succeed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct StepError {
    /// What sort of failure it is.
    pub kind: Kind,
    /// A stable name, such as `collection_not_found`.
    pub code: String,
    /// What happened, for people.
    pub message: String,
    /// The service that failed, such as `retrieval`; `jobs` where it is the flow itself.
    pub hop: &'static str,
    /// How long to wait before trying again, where the service knows.
    pub retry_after: Option<Duration>,
    /// The fields that were refused.
    pub violations: Vec<Violation>,
}

impl StepError {
    /// Whether the same step may succeed later. Whether there is time for it, the job's deadline says.
    pub fn is_transient(&self) -> bool {
        match self.kind {
            // Nobody here cancels a call that it waits for, so the other end went away.
            Kind::Unavailable | Kind::Throttled | Kind::Cancelled => true,
            Kind::Malformed
            | Kind::Invalid
            | Kind::Unauthenticated
            | Kind::Denied
            | Kind::NotFound
            | Kind::Conflict
            | Kind::KeyReused
            | Kind::TooLarge
            | Kind::Deadline
            | Kind::Unsupported
            | Kind::Internal => false,
        }
    }

    /// What a service answered in place of its answer.
    pub(super) fn of(hop: &'static str, status: &Status) -> Self {
        let told = Problem::of(status);
        let kind = kind(status);
        let is_nameless = reason(status).is_none();
        let code = if is_nameless { kind.name().to_lowercase() } else { told.code };
        let message = match status.message() {
            "" => format!("{hop} failed: {}", kind.name().to_lowercase()),
            message => message.to_owned(),
        };
        let retry_after = retry_after(status);
        Self { kind, code, message, hop, retry_after, violations: told.errors }
    }

    /// A refusal of the flow's own, for what its settings came out to.
    pub(super) fn invalid(code: &str, message: impl Into<String>) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        let (kind, hop) = (Kind::Invalid, "jobs");
        Self { kind, code, message, hop, retry_after: None, violations: Vec::new() }
    }

    /// A service's answer that is not what the contract says.
    pub(super) fn broken(hop: &'static str, message: impl Into<String>) -> Self {
        let error = Self::invalid("invalid_answer", message);
        Self { kind: Kind::Internal, hop, ..error }
    }
}

impl From<template::Error> for StepError {
    fn from(error: template::Error) -> Self {
        Self::invalid("template_failed", format!("{}: {}", error.name, error.message))
    }
}

/// Services name a reason. What is unknown without one comes from something on the way, such as a
/// proxy's own page, and the service may be well.
fn kind(status: &Status) -> Kind {
    let is_of_proxy = status.code() == Code::Unknown && reason(status).is_none();
    if is_of_proxy { Kind::Unavailable } else { Kind::of(status) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_from_the_way_may_pass() {
        let cases = [
            (Code::Unknown, "unavailable", true),
            (Code::Unavailable, "unavailable", true),
            (Code::Cancelled, "cancelled", true),
            (Code::ResourceExhausted, "throttled", true),
            (Code::Internal, "internal", false),
            (Code::OutOfRange, "too_large", false),
            (Code::Unauthenticated, "unauthenticated", false),
        ];
        for (code, name, is_transient) in cases {
            let error = StepError::of("rerank", &Status::new(code, ""));
            assert_eq!(
                (error.code.as_str(), error.is_transient()),
                (name, is_transient),
                "{code:?}"
            );
            assert_eq!(error.message, format!("rerank failed: {name}"));
        }
    }
}
