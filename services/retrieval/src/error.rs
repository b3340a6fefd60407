mod attached;
mod embedder;
mod model;
mod shape;
mod unfit;

use std::error::Error as StdError;
use std::path::PathBuf;
use std::time::Duration;

use chassis::failure::{Failure, Kind, Violation};

pub use crate::error::attached::Fault;
pub use crate::error::embedder::Refused;
pub use crate::error::model::Files;
pub use crate::error::shape::Shape;
pub use crate::error::unfit::Unfit;

/// What lies below a failure of the store.
type Source = Box<dyn StdError + Send + Sync>;

/// Why retrieval could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing to search for.
    #[error("query is blank; send a text in query or in more_queries")]
    BlankQuery,
    /// There is nothing to store.
    #[error("text is blank")]
    BlankText,
    /// A name or an id is none.
    #[error("{path} {rule}")]
    InvalidName {
        /// Which field.
        path: String,
        /// What a name must be.
        rule: &'static str,
    },
    /// A text cannot be taken as it is.
    #[error("{path} {rule}")]
    InvalidText {
        /// Which field.
        path: String,
        /// What it must be.
        rule: String,
    },
    /// A number of results is out of range.
    #[error("{path} must be from 0 to {most}")]
    InvalidLimit {
        /// Which field.
        path: &'static str,
        /// The largest that is taken.
        most: i32,
    },
    /// The least score is no score.
    #[error("min_score must be a number from 0 to 1")]
    InvalidScore,
    /// A condition of the filter is none.
    #[error("{path} {rule}")]
    InvalidFilter {
        /// Which condition.
        path: String,
        /// What it must be.
        rule: &'static str,
    },
    /// The metadata cannot be read or kept.
    #[error("{path} {why}")]
    InvalidMetadata {
        /// Which member of it.
        path: String,
        /// What is the matter with it.
        why: String,
    },
    /// A setting of a collection cannot be taken.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The mode is none that is known.
    #[error("mode must be MODE_HYBRID, MODE_KEYWORD or MODE_DENSE")]
    UnknownMode,
    /// The page token was not given out here.
    #[error("page_token must be the next_page_token of the answer before")]
    InvalidPageToken,
    /// There are more queries than one search takes.
    #[error("more_queries must be at most {0}")]
    TooManyQueries(usize),
    /// There are more documents than one call takes.
    #[error("document_ids must be at most {0}")]
    TooManyDocuments(usize),
    /// A part of the document is larger than what is stored.
    #[error("{path} must be at most {most} bytes")]
    TooLarge {
        /// Which field.
        path: &'static str,
        /// The most bytes that are taken.
        most: usize,
    },
    /// The tenant has no such collection.
    #[error("there is no collection {0}")]
    CollectionNotFound(String),
    /// The collection has no such document.
    #[error("there is no document {document_id:?} in collection {collection}")]
    DocumentNotFound {
        /// The collection, which exists.
        collection: String,
        /// The document.
        document_id: String,
    },
    /// The tenant has a collection of this name already.
    #[error("there is a collection {0} already")]
    CollectionExists(String),
    /// The store does not serve now.
    #[error("the retrieval store does not serve now")]
    Unavailable(#[source] Source),
    /// The store holds, or says, what it should not.
    #[error("the retrieval store is broken")]
    Broken(#[source] Source),
    /// There is no server where one should be.
    #[error("postgres cannot be reached; check that it runs, and the address in database.url")]
    Unreachable(#[source] Source),
    /// The server turns this program away.
    #[error(
        "postgres does not let this program in; check user, password and database in database.url"
    )]
    NotAdmitted(#[source] Source),
    /// Another process uses the embedded store.
    #[error("{} is in use by another process; stop that one, or set database.url to another folder", .0.display())]
    InUse(PathBuf),
    /// The embedded store cannot be written.
    #[error("{} cannot be written; check the permissions of the file and of its folder", .0.display())]
    ReadOnly(PathBuf),
    /// The embedded store's file is no database, or is damaged.
    #[error("{} is not a sound sqlite database; restore it from a backup, or move it away and put the documents in again", .0.display())]
    Corrupt(PathBuf),
    /// A newer program wrote the store.
    #[error(
        "{place} has version {found}, and this program knows {known} at most; use the newer program"
    )]
    Newer {
        /// Which store.
        place: String,
        /// The version that it has.
        found: i64,
        /// The latest that this program knows.
        known: i64,
    },
    /// The store's tables are older than the program, whose user may not change them.
    #[error(
        "{place} must be migrated, and this user may not do so; run `throughline migrate` as its owner"
    )]
    NotMigrated {
        /// Which store.
        place: String,
        /// What the database says.
        #[source]
        source: Source,
    },
    /// Somebody else holds what a migration has to change.
    #[error(
        "{place} must be migrated, and other statements hold its tables; end those that take long (pg_stat_activity shows them), then start again"
    )]
    Held {
        /// Which store.
        place: String,
        /// What the database says.
        #[source]
        source: Source,
    },
    /// A pooler mixes up the answers of its clients.
    #[error(
        "answers are mixed up between connections: a pooler in transaction mode stands in front of postgres; set database.pooler = \"transaction\""
    )]
    MixedUp,
    /// A pooler changes connections within a transaction.
    #[error(
        "answers are mixed up between connections within a transaction: the pooler in front of postgres changes connections with every statement; set its mode to transaction or session, or database.url to the server itself"
    )]
    Untransacted,
    /// The collection is a table that is only read.
    #[error(
        "collection {0} is attached to a table of another program, which is only read; put documents into another collection"
    )]
    CollectionReadOnly(String),
    /// The collection moves to other spaces of vectors, over and over.
    #[error("collection {0} moves to another space of vectors; try again")]
    SpaceChanged(String),
    /// The table that is attached cannot be used.
    #[error(transparent)]
    Attached(#[from] Fault),
    /// The length that was asked for is none that the model makes.
    #[error("dimensions must be {makes}, which is what {model} makes here, or be left out")]
    InvalidDimensions {
        /// The model.
        model: String,
        /// How many numbers its vectors have.
        makes: u32,
    },
    /// What the texts are is none that is known.
    #[error("purpose must be PURPOSE_QUERY or PURPOSE_PASSAGE")]
    UnknownPurpose,
    /// A table cannot be attached.
    #[error("{0}")]
    Unattachable(Fault),
    /// What embeds did not make vectors.
    #[error(transparent)]
    Embedder(#[from] Refused),
    /// A search is put together as none can be.
    #[error(transparent)]
    Shape(#[from] Shape),
    /// The files of the model on this machine make none.
    #[error(transparent)]
    Model(#[from] Files),
}

impl Error {
    /// An error for what a row should not hold.
    pub(crate) fn broken(source: impl Into<Source>) -> Self {
        Self::Broken(source.into())
    }

    /// An error for an answer of what embeds that is none.
    pub(crate) fn unusable(why: impl Into<String>) -> Self {
        Self::Embedder(Refused::Unavailable { why: why.into(), wait: None })
    }

    /// The refusal of a collection's setting.
    pub(crate) fn unfit(path: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Unfit(Unfit { path: path.into(), rule: rule.into() })
    }

    /// Whether settings must be changed before it can go well.
    pub fn is_configured(&self) -> bool {
        matches!(self, Self::Attached(fault) if fault.is_configured())
            || matches!(self, Self::Model(_))
    }

    /// The field of the request that this error is about.
    fn path(&self) -> Option<&str> {
        match self {
            Self::InvalidName { path, .. }
            | Self::InvalidText { path, .. }
            | Self::InvalidFilter { path, .. }
            | Self::InvalidMetadata { path, .. } => Some(path),
            Self::InvalidLimit { path, .. } | Self::TooLarge { path, .. } => Some(path),
            Self::Shape(shape) => Some(shape.path()),
            Self::Unfit(unfit) => Some(&unfit.path),
            Self::BlankQuery => Some("query"),
            Self::BlankText => Some("text"),
            Self::InvalidScore => Some("min_score"),
            Self::UnknownMode => Some("mode"),
            Self::UnknownPurpose => Some("purpose"),
            Self::InvalidDimensions { .. } => Some("dimensions"),
            Self::InvalidPageToken => Some("page_token"),
            Self::TooManyQueries(_) => Some("more_queries"),
            Self::TooManyDocuments(_) => Some("document_ids"),
            Self::CollectionNotFound(_)
            | Self::DocumentNotFound { .. }
            | Self::CollectionExists(_)
            | Self::Unavailable(_)
            | Self::Broken(_)
            | Self::Unreachable(_)
            | Self::NotAdmitted(_)
            | Self::InUse(_)
            | Self::ReadOnly(_)
            | Self::Corrupt(_)
            | Self::Newer { .. }
            | Self::NotMigrated { .. }
            | Self::Held { .. }
            | Self::MixedUp
            | Self::Untransacted
            | Self::CollectionReadOnly(_)
            | Self::SpaceChanged(_)
            | Self::Attached(_)
            | Self::Unattachable(_)
            | Self::Embedder(_)
            | Self::Model(_) => None,
        }
    }
}

impl Failure for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::BlankQuery
            | Self::BlankText
            | Self::InvalidName { .. }
            | Self::InvalidText { .. }
            | Self::InvalidLimit { .. }
            | Self::InvalidScore
            | Self::InvalidFilter { .. }
            | Self::InvalidMetadata { .. }
            | Self::Unfit(_)
            | Self::UnknownMode
            | Self::UnknownPurpose
            | Self::InvalidDimensions { .. }
            | Self::InvalidPageToken
            | Self::TooManyQueries(_)
            | Self::TooManyDocuments(_)
            | Self::Shape(_) => Kind::Invalid,
            Self::TooLarge { .. } => Kind::TooLarge,
            Self::CollectionNotFound(_) | Self::DocumentNotFound { .. } => Kind::NotFound,
            Self::CollectionExists(_) | Self::CollectionReadOnly(_) => Kind::Conflict,
            Self::Attached(fault) => fault.kind(),
            Self::Unattachable(fault) => fault.kind_of_attaching(),
            Self::Embedder(refused) => refused.kind(),
            Self::Unavailable(_)
            | Self::Unreachable(_)
            | Self::Held { .. }
            | Self::SpaceChanged(_) => Kind::Unavailable,
            Self::Broken(_)
            | Self::NotAdmitted(_)
            | Self::InUse(_)
            | Self::ReadOnly(_)
            | Self::Corrupt(_)
            | Self::Newer { .. }
            | Self::NotMigrated { .. }
            | Self::MixedUp
            | Self::Untransacted
            | Self::Model(_) => Kind::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::BlankQuery => "BLANK_QUERY",
            Self::BlankText => "BLANK_TEXT",
            Self::InvalidName { .. } => "INVALID_NAME",
            Self::InvalidText { .. } => "INVALID_TEXT",
            Self::InvalidLimit { .. } => "INVALID_LIMIT",
            Self::InvalidScore => "INVALID_SCORE",
            Self::InvalidFilter { .. } => "INVALID_FILTER",
            Self::InvalidMetadata { .. } => "INVALID_METADATA",
            Self::Unfit(_) => "INVALID_SETTINGS",
            Self::UnknownMode => "UNKNOWN_MODE",
            Self::UnknownPurpose => "UNKNOWN_PURPOSE",
            Self::InvalidDimensions { .. } => "INVALID_DIMENSIONS",
            Self::InvalidPageToken => "INVALID_PAGE_TOKEN",
            Self::TooManyQueries(_) => "TOO_MANY_QUERIES",
            Self::TooManyDocuments(_) => "TOO_MANY_DOCUMENTS",
            Self::TooLarge { .. } => "DOCUMENT_TOO_LARGE",
            Self::CollectionNotFound(_) => "COLLECTION_NOT_FOUND",
            Self::DocumentNotFound { .. } => "DOCUMENT_NOT_FOUND",
            Self::CollectionExists(_) => "COLLECTION_EXISTS",
            Self::Unavailable(_) => "STORE_UNAVAILABLE",
            Self::Broken(_) => "STORE_BROKEN",
            Self::Unreachable(_) => "STORE_UNREACHABLE",
            Self::NotAdmitted(_) => "STORE_NOT_ADMITTED",
            Self::InUse(_) => "STORE_IN_USE",
            Self::ReadOnly(_) => "STORE_READ_ONLY",
            Self::Corrupt(_) => "STORE_CORRUPT",
            Self::Newer { .. } => "STORE_NEWER",
            Self::NotMigrated { .. } => "STORE_NOT_MIGRATED",
            Self::Held { .. } => "STORE_HELD",
            Self::MixedUp | Self::Untransacted => "STORE_MIXED_UP",
            Self::CollectionReadOnly(_) => "COLLECTION_READ_ONLY",
            Self::SpaceChanged(_) => "SPACE_CHANGED",
            Self::Attached(fault) | Self::Unattachable(fault) => fault.reason(),
            Self::Embedder(refused) => refused.reason(),
            Self::Shape(shape) => shape.reason(),
            Self::Model(_) => "MODEL_UNFIT",
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let Self::Attached(fault) = self {
            return fault.retry_after();
        }
        if let Self::Embedder(refused) = self {
            return refused.retry_after();
        }
        None
    }

    fn violations(&self) -> Vec<Violation> {
        let violation = |path: &str| Violation { path: path.to_owned(), message: self.to_string() };
        self.path().map(violation).into_iter().collect()
    }
}
