//! How long an answer may take, over every hop.

mod body;
mod client;
mod current;
mod header;
mod server;

pub use crate::deadline::client::{ClientDeadline, DeadlineClient};
pub use crate::deadline::current::{Deadline, current, scope};
pub use crate::deadline::server::{DeadlineServer, ServerDeadline};

use crate::failure::{Failure, Kind};

/// The header that carries what is left of a caller's budget.
pub const GRPC_TIMEOUT: &str = "grpc-timeout";

/// Why a request was not served in time, or cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The caller's time was over before the answer was there.
    #[error("the deadline passed before the answer was there")]
    Passed,
    /// The budget is not written as gRPC writes it.
    #[error("header grpc-timeout must be one to eight digits and a unit of H, M, S, m, u or n")]
    InvalidTimeout,
}

impl Failure for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Passed => Kind::Deadline,
            Self::InvalidTimeout => Kind::Malformed,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Passed => "DEADLINE_EXCEEDED",
            Self::InvalidTimeout => "INVALID_TIMEOUT",
        }
    }
}
