use std::time::Duration;

use crate::failure::{Failure, Kind};

/// Why a call did not happen, or brought no whole answer; it names a host, and never a URL's query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is no URL that can be called.
    #[error("url {0}")]
    InvalidUrl(&'static str),
    /// The address is not for callers.
    #[error("address of {host} is not public and not in outbound.allow")]
    Refused {
        /// The host.
        host: String,
    },
    /// The host cannot be found or reached, or does not prove who it is.
    #[error("cannot connect to {host}: {why}")]
    Connect {
        /// The host.
        host: String,
        /// What the network says.
        why: String,
    },
    /// The time is over, whichever part of the call it went into.
    #[error("no whole answer from {host} within {}", humantime::format_duration(*.timeout))]
    Timeout {
        /// The host.
        host: String,
        /// The time it had.
        timeout: Duration,
    },
    /// The answer is not HTTP, or it broke off.
    #[error("answer from {host} is broken: {why}")]
    Broken {
        /// The host.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// A streamed answer is larger than the call allows.
    #[error("answer from {host} is larger than {limit} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// The limit.
        limit: usize,
    },
    /// An entry of `outbound.allow` that cannot be understood.
    #[error("{entry:?} is no host, address or network with an optional port")]
    InvalidAllow {
        /// The entry.
        entry: String,
    },
    /// TLS cannot be set up on this machine.
    #[error("tls cannot be set up: {0}")]
    Tls(String),
}

impl Failure for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::InvalidUrl(_) | Self::Refused { .. } | Self::InvalidAllow { .. } => Kind::Invalid,
            Self::Connect { .. } | Self::Broken { .. } | Self::TooLarge { .. } => Kind::Unavailable,
            Self::Timeout { .. } => Kind::Deadline,
            Self::Tls(_) => Kind::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::InvalidUrl(_) => "INVALID_URL",
            Self::Refused { .. } => "ADDRESS_REFUSED",
            Self::Connect { .. } => "PEER_UNREACHABLE",
            Self::Timeout { .. } => "PEER_TIMEOUT",
            Self::Broken { .. } => "PEER_BROKEN",
            Self::TooLarge { .. } => "PEER_ANSWER_TOO_LARGE",
            Self::InvalidAllow { .. } => "INVALID_ALLOW",
            Self::Tls(_) => "TLS_UNAVAILABLE",
        }
    }
}
