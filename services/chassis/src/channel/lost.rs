use crate::failure::{Failure, Kind};

/// Why the network gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Lost {
    /// Nobody took the connection, or a proxy says that nobody is behind it.
    #[error("the service cannot be reached")]
    Unreachable,
    /// The connection broke after the request was sent, which may or may not have been acted upon.
    #[error("the connection to the service broke before its answer was complete")]
    Broken,
    /// The peer takes no headers of that size.
    #[error("the headers are over the limit of 32 KiB")]
    HeadersTooLarge,
}

impl Failure for Lost {
    fn kind(&self) -> Kind {
        match self {
            Self::Unreachable | Self::Broken => Kind::Unavailable,
            Self::HeadersTooLarge => Kind::TooLarge,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Unreachable => "PEER_UNREACHABLE",
            Self::Broken => "PEER_LOST",
            Self::HeadersTooLarge => "HEADERS_TOO_LARGE",
        }
    }
}
