use std::fmt;

use chassis::http::Error;
use http::StatusCode;

/// Why a model did not order the passages, in the words of `degraded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No key is configured.
    NoCredentials,
    /// There is no question that passages could answer.
    BlankQuery,
    /// The provider takes no more requests for now.
    Throttled,
    /// The provider does not accept the key, or its account may not do this.
    Denied,
    /// The provider does not serve this request however often it is asked.
    Refused(StatusCode),
    /// The provider cannot be reached, or says that it cannot serve.
    Unavailable,
    /// The time was over before the answer was there.
    Timeout,
    /// The answer is none.
    Malformed,
}

impl Reason {
    /// What a call without an answer says.
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::Timeout { .. } => Self::Timeout,
            Error::Broken { .. } | Error::TooLarge { .. } => Self::Malformed,
            Error::InvalidUrl(_)
            | Error::Refused { .. }
            | Error::InvalidAllow { .. }
            | Error::Connect { .. }
            | Error::Tls(_) => Self::Unavailable,
        }
    }

    /// What another status than 200 says.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            // 498 is Cohere's own: a key that is none.
            401..=403 | 498 => Self::Denied,
            429 => Self::Throttled,
            408 | 425 | 499 | 500.. => Self::Unavailable,
            _ => Self::Refused(status),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCredentials => f.write_str("no credentials"),
            Self::BlankQuery => f.write_str("blank query"),
            Self::Throttled => f.write_str("throttled"),
            Self::Denied => f.write_str("key denied"),
            Self::Refused(status) => write!(f, "refused with HTTP {}", status.as_u16()),
            Self::Unavailable => f.write_str("unavailable"),
            Self::Timeout => f.write_str("timeout"),
            Self::Malformed => f.write_str("malformed answer"),
        }
    }
}
