use std::fmt;

use chassis::failure::{Failure, Kind, Violation};

/// Where in a request something was refused, such as `stages[0].keyword_boost.weight`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location(String);

impl Location {
    /// A field of the request itself.
    pub fn field(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// An item of a list, counted from 0.
    pub fn item(list: &str, index: usize) -> Self {
        Self(format!("{list}[{index}]"))
    }

    /// Something within this.
    #[must_use]
    pub fn within(&self, inner: &str) -> Self {
        Self(format!("{self}.{inner}"))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why passages could not be put in order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More passages than allowed.
    #[error("at most {limit} passages can be put in order at once, not {count}")]
    TooManyPassages {
        /// How many there were.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// More stages than allowed.
    #[error("at most {limit} stages can follow each other, not {count}")]
    TooManyStages {
        /// How many there were.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// More keywords than allowed.
    #[error("{at}: a keyword boost takes at most {limit} keywords, not {count}")]
    TooManyKeywords {
        /// Which list it was.
        at: Location,
        /// How many there were.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A weight that is no number from 0 to 10.
    #[error("{at}: a weight is a number from 0 to 10")]
    InvalidWeight {
        /// Which weight it was.
        at: Location,
    },
    /// A score that no ranking can be built on.
    #[error("{at}: a score is a finite number, 0 or more")]
    InvalidScore {
        /// Which score it was.
        at: Location,
    },
    /// A negative number of passages to keep.
    #[error("keep: is a number of passages, or 0 for all of them")]
    InvalidKeep,
    /// A number of passages to order that is none.
    #[error("{at}: is a number of passages, 1 or more, or absent for all of them")]
    InvalidTopN {
        /// Which number it was.
        at: Location,
    },
    /// A text that is no model's name.
    #[error("{at}: is no model's name")]
    InvalidModel {
        /// Which text it was.
        at: Location,
    },
    /// A stage without a kind, or of one that is not known here.
    #[error(
        "{at}: names no stage that is known here; there are pass_through, keyword_boost and cohere"
    )]
    UnknownStage {
        /// Which stage it was.
        at: Location,
    },
}

impl Error {
    fn path(&self) -> String {
        match self {
            Self::TooManyPassages { .. } => "passages".to_owned(),
            Self::TooManyStages { .. } => "stages".to_owned(),
            Self::InvalidKeep => "keep".to_owned(),
            Self::TooManyKeywords { at, .. }
            | Self::InvalidWeight { at }
            | Self::InvalidScore { at }
            | Self::InvalidTopN { at }
            | Self::InvalidModel { at }
            | Self::UnknownStage { at } => at.to_string(),
        }
    }
}

impl Failure for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::TooManyPassages { .. }
            | Self::TooManyStages { .. }
            | Self::TooManyKeywords { .. }
            | Self::InvalidWeight { .. }
            | Self::InvalidScore { .. }
            | Self::InvalidKeep
            | Self::InvalidTopN { .. }
            | Self::InvalidModel { .. }
            | Self::UnknownStage { .. } => Kind::Invalid,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::TooManyPassages { .. } => "TOO_MANY_PASSAGES",
            Self::TooManyStages { .. } => "TOO_MANY_STAGES",
            Self::TooManyKeywords { .. } => "TOO_MANY_KEYWORDS",
            Self::InvalidWeight { .. } => "INVALID_WEIGHT",
            Self::InvalidScore { .. } => "INVALID_SCORE",
            Self::InvalidKeep => "INVALID_KEEP",
            Self::InvalidTopN { .. } => "INVALID_TOP_N",
            Self::InvalidModel { .. } => "INVALID_MODEL",
            Self::UnknownStage { .. } => "UNKNOWN_STAGE",
        }
    }

    fn violations(&self) -> Vec<Violation> {
        vec![Violation { path: self.path(), message: self.to_string() }]
    }
}
