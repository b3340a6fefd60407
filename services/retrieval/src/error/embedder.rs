use std::time::Duration;

use chassis::failure::Kind;

/// Why what embeds made no vectors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It does not answer now, or not with vectors.
    #[error("the embedder does not serve now: {why}")]
    Unavailable {
        /// What it did.
        why: String,
        /// How long it asks to wait.
        wait: Option<Duration>,
    },
    /// It will not answer until something is changed.
    #[error("the embedder refuses: {0}")]
    Denied(String),
}

impl Refused {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Unavailable { .. } => Kind::Unavailable,
            Self::Denied(_) => Kind::Internal,
        }
    }

    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "EMBEDDER_UNAVAILABLE",
            Self::Denied(_) => "EMBEDDER_DENIED",
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { wait, .. } => *wait,
            Self::Denied(_) => None,
        }
    }
}
