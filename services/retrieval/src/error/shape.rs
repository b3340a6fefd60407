/// Why a search is put together as none can be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Shape {
    /// A weight or a constant of the fusion is out of range.
    #[error("{path} {rule}")]
    InvalidWeight {
        /// Which field.
        path: String,
        /// What it must be.
        rule: &'static str,
    },
    /// The vector cannot be compared.
    #[error("vector {rule}")]
    InvalidVector {
        /// What it must be, or what it is.
        rule: String,
    },
    /// There are more collections than one search takes.
    #[error("more_collections must be at most {0}")]
    TooManyCollections(usize),
    /// There are more searches than one call takes.
    #[error("searches must be at most {0}; send the others in another call")]
    TooManySearches(usize),
}

impl Shape {
    /// The field of the request.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::InvalidWeight { path, .. } => path,
            Self::InvalidVector { .. } => "vector",
            Self::TooManyCollections(_) => "more_collections",
            Self::TooManySearches(_) => "searches",
        }
    }

    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::InvalidWeight { .. } => "INVALID_WEIGHT",
            Self::InvalidVector { .. } => "INVALID_VECTOR",
            Self::TooManyCollections(_) => "TOO_MANY_COLLECTIONS",
            Self::TooManySearches(_) => "TOO_MANY_SEARCHES",
        }
    }
}
