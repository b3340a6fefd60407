use std::time::Duration;

use chassis::failure::{Failure, Kind, Problem, Violation};

use crate::json::{INVALID_REQUEST, Place};

/// When to come back where the process itself cannot answer now.
const SOON: Duration = Duration::from_secs(1);

/// Why the gateway does not answer as asked.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The body is no JSON.
    #[error("the body is not valid JSON: {0}")]
    MalformedJson(String),
    /// Values of the body lie too deep in one another.
    #[error("the body is not JSON that is read here: nested deeper than {limit} levels at line {} column {}", at.line, at.column)]
    TooDeep {
        /// Where it begins.
        path: String,
        /// How deep they may lie.
        limit: usize,
        /// Where that is exceeded.
        at: Place,
    },
    /// An object of the body has a member twice.
    #[error("{path} stands twice in its object, at line {} column {}; keep one", at.line, at.column)]
    DuplicateKey {
        /// The member.
        path: String,
        /// Where its second occurrence ends.
        at: Place,
    },
    /// A text of the body holds U+0000.
    #[error("{0} holds the character U+0000, which cannot be stored; remove it")]
    NulCharacter(String),
    /// A field that was parsed, and refused.
    #[error("{}", said(.violations))]
    Refused {
        /// The first refusal's reason.
        reason: &'static str,
        /// Every field that was refused.
        violations: Vec<Violation>,
    },
    /// The body is larger than allowed.
    #[error(
        "the body is larger than {0} bytes, which is the limit; send less, or raise gateway.body_limit"
    )]
    BodyTooLarge(usize),
    /// The body did not arrive in time.
    #[error("the body did not arrive within {} s; send it at once", .0.as_secs())]
    BodyTooSlow(Duration),
    /// The body broke off.
    #[error("the body broke off before its end; send it again")]
    BodyBroken,
    /// Two places name different idempotency keys.
    #[error("{0} and {1} name different idempotency keys; send one, or the same in both")]
    KeysDiffer(&'static str, &'static str),
    /// The path holds bytes that are no UTF-8.
    #[error("the path is not UTF-8 once its percent signs are decoded")]
    MalformedPath,
    /// The caller sent no credentials, or wrong ones.
    #[error("a user name and a password are needed; send them as Basic authorization")]
    Unauthenticated,
    /// Nothing lives at the path.
    #[error("nothing lives at this path; GET /openapi.json lists what does")]
    UnknownPath,
    /// The path does not take the method.
    #[error("this path does not take the method; the header Allow lists those that it takes")]
    MethodNotAllowed,
    /// A document that was to be deleted is not there.
    #[error("the collection holds no such document")]
    DocumentNotFound,
    /// The services were not all ready yet.
    #[error("the services are starting; try again in a moment")]
    Warming,
    /// The process is stopping.
    #[error("this process is stopping; another one may serve you")]
    Draining,
    /// Too many requests are being answered.
    #[error(
        "too many requests are being answered; try again in a moment, or raise gateway.max_connections"
    )]
    Crowded,
    /// A handler panicked, or an answer could not be written.
    #[error("something broke while answering; the log has it under the request id")]
    Broken,
    /// A service refused or failed.
    #[error("{}", .problem.message)]
    Peer {
        /// What sort of failure it is.
        kind: Kind,
        /// What the service said.
        problem: Box<Problem>,
    },
}

impl Error {
    /// One field that was refused.
    pub(crate) fn refused(reason: &'static str, path: &str, message: impl Into<String>) -> Self {
        let violation = Violation { path: path.to_owned(), message: message.into() };
        Self::Refused { reason, violations: vec![violation] }
    }

    /// Fails where anything was refused; with one reason where it is the same for all.
    pub(crate) fn of(refused: Vec<(&'static str, Violation)>) -> Result<(), Self> {
        let Some((first, _)) = refused.first() else { return Ok(()) };
        let is_one = refused.iter().all(|(reason, _)| reason == first);
        let reason = if is_one { first } else { INVALID_REQUEST };
        let violations = refused.into_iter().map(|(_, violation)| violation).collect();
        Err(Self::Refused { reason, violations })
    }

    /// What the caller reads.
    pub(crate) fn problem(&self) -> Problem {
        if let Self::Peer { problem, .. } = self {
            return (**problem).clone();
        }
        Problem::of(&self.to_status())
    }
}

impl Failure for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::MalformedJson(_)
            | Self::TooDeep { .. }
            | Self::DuplicateKey { .. }
            | Self::BodyTooSlow(_)
            | Self::BodyBroken
            | Self::KeysDiffer(..)
            | Self::MalformedPath => Kind::Malformed,
            Self::NulCharacter(_) | Self::Refused { .. } => Kind::Invalid,
            Self::BodyTooLarge(_) => Kind::TooLarge,
            Self::Unauthenticated => Kind::Unauthenticated,
            Self::UnknownPath | Self::DocumentNotFound => Kind::NotFound,
            Self::MethodNotAllowed => Kind::Unsupported,
            Self::Warming | Self::Draining | Self::Crowded => Kind::Unavailable,
            Self::Broken => Kind::Internal,
            Self::Peer { kind, .. } => *kind,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::MalformedJson(_) | Self::TooDeep { .. } => "MALFORMED_JSON",
            Self::DuplicateKey { .. } => "DUPLICATE_KEY",
            Self::NulCharacter(_) => "NUL_CHARACTER",
            Self::Refused { reason, .. } => reason,
            Self::BodyTooLarge(_) => "BODY_TOO_LARGE",
            Self::BodyTooSlow(_) => "BODY_TOO_SLOW",
            Self::BodyBroken => "BODY_BROKEN",
            Self::KeysDiffer(..) => "IDEMPOTENCY_KEYS_DIFFER",
            Self::MalformedPath => "MALFORMED_PATH",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::UnknownPath => "UNKNOWN_PATH",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::DocumentNotFound => "DOCUMENT_NOT_FOUND",
            Self::Warming => "WARMING",
            Self::Draining => "DRAINING",
            Self::Crowded => "OVERLOADED",
            Self::Broken => "INTERNAL",
            Self::Peer { kind, .. } => kind.name(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::Warming | Self::Draining | Self::Crowded).then_some(SOON)
    }

    fn violations(&self) -> Vec<Violation> {
        let named = |path: &str| Violation { path: path.to_owned(), message: self.to_string() };
        match self {
            Self::Refused { violations, .. } => violations.clone(),
            Self::DuplicateKey { path, .. } | Self::NulCharacter(path) => vec![named(path)],
            Self::KeysDiffer(first, second) => vec![named(first), named(second)],
            Self::Peer { problem, .. } => problem.errors.clone(),
            Self::MalformedJson(_)
            | Self::TooDeep { .. }
            | Self::BodyTooLarge(_)
            | Self::BodyTooSlow(_)
            | Self::BodyBroken
            | Self::MalformedPath
            | Self::Unauthenticated
            | Self::UnknownPath
            | Self::MethodNotAllowed
            | Self::DocumentNotFound
            | Self::Warming
            | Self::Draining
            | Self::Crowded
            | Self::Broken => Vec::new(),
        }
    }
}

/// The refused fields as one sentence.
fn said(violations: &[Violation]) -> String {
    let said: Vec<_> =
        violations.iter().map(|one| format!("{} {}", one.path, one.message)).collect();
    said.join("; ")
}
