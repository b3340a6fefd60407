use std::time::Duration;

use chassis::failure::Kind;

use crate::embed::Space;

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
    /// Nothing embeds here at all.
    #[error(
        "nothing that embeds is configured; set retrieval.embedder, and a key such as OPENAI_API_KEY"
    )]
    Absent,
    /// Nothing of that name embeds here.
    #[error("nothing called {model:?} embeds here; there are: {known}")]
    Unknown {
        /// The name.
        model: String,
        /// The names that there are.
        known: String,
    },
    /// Nothing that is configured makes vectors of that space.
    #[error(
        "nothing that embeds in {space} is configured; set retrieval.embedder, and the model's name, to what made the collection's vectors"
    )]
    Missing {
        /// The space.
        space: Space,
    },
    /// The model makes vectors of another length than a collection holds.
    #[error(
        "{model} makes vectors of {makes} numbers, and those of collection {collection} have {holds}; configure the model to make {holds}, or put the documents into another collection"
    )]
    Dimension {
        /// The model.
        model: String,
        /// How long its vectors are.
        makes: u32,
        /// The collection.
        collection: String,
        /// How long the collection's are.
        holds: u32,
    },
}

impl Refused {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Unavailable { .. } => Kind::Unavailable,
            Self::Denied(_) => Kind::Internal,
            Self::Missing { .. } | Self::Dimension { .. } | Self::Absent => Kind::Conflict,
            Self::Unknown { .. } => Kind::NotFound,
        }
    }

    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "EMBEDDER_UNAVAILABLE",
            Self::Denied(_) => "EMBEDDER_DENIED",
            Self::Missing { .. } | Self::Absent => "EMBEDDER_MISSING",
            Self::Dimension { .. } => "EMBEDDER_DIMENSION",
            Self::Unknown { .. } => "EMBEDDER_NOT_FOUND",
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { wait, .. } => *wait,
            Self::Denied(_)
            | Self::Missing { .. }
            | Self::Dimension { .. }
            | Self::Absent
            | Self::Unknown { .. } => None,
        }
    }
}
