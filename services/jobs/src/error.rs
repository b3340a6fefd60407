use std::error::Error as StdError;
use std::path::PathBuf;
use std::time::Duration;

use chassis::failure::{Failure, Kind, Violation};

use crate::flow;

/// What lies below a failure of the store.
type Source = Box<dyn StdError + Send + Sync>;

/// Why jobs could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The flow's schema refuses the input.
    #[error("the input does not fit the flow: {}", told(.0))]
    InvalidInput(Vec<Violation>),
    /// A text that should be JSON is none.
    #[error("{what} is not JSON: {why}")]
    MalformedJson {
        /// Which text.
        what: &'static str,
        /// What the parser says.
        why: String,
    },
    /// The callback is no URL that can be called.
    #[error("callback {0}")]
    InvalidCallback(String),
    /// The callback's address is not for callers to choose.
    #[error("callback {0}")]
    CallbackNotAllowed(String),
    /// The callback's own credential cannot be sent.
    #[error("{field} {what}")]
    InvalidCallbackAuth {
        /// Which part of it.
        field: &'static str,
        /// What is wrong with that.
        what: &'static str,
    },
    /// A callback's own credential cannot be kept.
    #[error("callback.auth is stored encrypted, and there is no key; set secrets.key")]
    NoSecretsKey,
    /// A callback's own credential cannot be read any more.
    #[error(
        "callback.auth cannot be decrypted; put the key that it was encrypted with into secrets.key or secrets.old_keys"
    )]
    Sealed,
    /// The deadline is out of range.
    #[error("deadline must be from 1 second to 24 hours")]
    InvalidDeadline,
    /// The idempotency key is none.
    #[error("idempotency key must be 1 to 255 visible ascii characters")]
    InvalidKey,
    /// The correlation cannot be kept.
    #[error("correlation {0}")]
    InvalidCorrelation(&'static str),
    /// The priority is out of range.
    #[error("priority must be from -100 to 100")]
    InvalidPriority,
    /// The moment to begin is out of range.
    #[error("run_at must be within a year")]
    InvalidRunAt,
    /// An id is misspelt.
    #[error("{0} is malformed")]
    InvalidId(&'static str),
    /// A page token was not made here.
    #[error("page token is not one that was given out")]
    InvalidPageToken,
    /// A page size is out of range.
    #[error("page size must be from 0 to 200")]
    InvalidLimit,
    /// A state that this version does not know.
    #[error("state is none that is known")]
    UnknownState,
    /// No flow has this name.
    #[error("there is no flow {0:?}")]
    FlowNotFound(String),
    /// The tenant has no such job.
    #[error("there is no job {0}")]
    JobNotFound(String),
    /// The tenant has no such delivery.
    #[error("there is no delivery {0}")]
    DeliveryNotFound(String),
    /// The idempotency key came with another request before.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// As many jobs wait as may wait.
    #[error("the queue is full")]
    QueueFull {
        /// When there may be a place.
        retry_after: Duration,
    },
    /// As many callers watch as may watch.
    #[error("too many jobs are watched")]
    TooManyWatchers,
    /// The worker does not hold the job any more.
    #[error("the lease is lost")]
    LeaseLost,
    /// The database does not serve now.
    #[error("the job store does not serve now")]
    Unavailable(#[source] Source),
    /// The database holds, or says, what it should not.
    #[error("the job store is broken")]
    Broken(#[source] Source),
    /// Another process uses the embedded store.
    #[error("{} is in use by another process; stop that one, or set database.url to another folder", .0.display())]
    InUse(PathBuf),
    /// The embedded store cannot be written.
    #[error("{} cannot be written; check the permissions of the file and of its folder", .0.display())]
    ReadOnly(PathBuf),
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
    /// A pooler mixes up the answers of its clients.
    #[error(
        "answers are mixed up between connections: a pooler in transaction mode stands in front of postgres; set database.pooler = \"transaction\" and database.direct_url"
    )]
    MixedUp,
    /// A flow cannot be used.
    #[error(transparent)]
    Flow(#[from] flow::Error),
    /// The flow for jobs that name none does not exist.
    #[error("flows.default names {0:?}, and there is no such flow; name one that there is")]
    NoDefaultFlow(String),
    /// A secret of ours cannot be used or kept.
    #[error("secret {0}")]
    Secret(String),
}

impl Error {
    /// What happened, with what lies below it, for the log.
    pub(crate) fn told(&self) -> String {
        match self.source() {
            Some(source) => format!("{self}: {source}"),
            None => self.to_string(),
        }
    }

    /// An error for what a row or an archive should not hold.
    pub(crate) fn broken(source: impl Into<Source>) -> Self {
        Self::Broken(source.into())
    }
}

impl Failure for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::MalformedJson { .. } => Kind::Malformed,
            Self::InvalidInput(_)
            | Self::InvalidCallback(_)
            | Self::InvalidCallbackAuth { .. }
            | Self::InvalidDeadline
            | Self::InvalidKey
            | Self::InvalidCorrelation(_)
            | Self::InvalidPriority
            | Self::InvalidRunAt
            | Self::InvalidId(_)
            | Self::InvalidPageToken
            | Self::InvalidLimit
            | Self::UnknownState => Kind::Invalid,
            Self::CallbackNotAllowed(_) => Kind::Denied,
            Self::FlowNotFound(_) | Self::JobNotFound(_) | Self::DeliveryNotFound(_) => {
                Kind::NotFound
            }
            Self::KeyReused => Kind::KeyReused,
            Self::QueueFull { .. } | Self::TooManyWatchers => Kind::Throttled,
            Self::NoSecretsKey | Self::LeaseLost => Kind::Conflict,
            Self::Unavailable(_) => Kind::Unavailable,
            Self::Sealed
            | Self::Broken(_)
            | Self::InUse(_)
            | Self::ReadOnly(_)
            | Self::Newer { .. }
            | Self::MixedUp
            | Self::Flow(_)
            | Self::NoDefaultFlow(_)
            | Self::Secret(_) => Kind::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::InvalidInput(_) => "INVALID_INPUT",
            Self::MalformedJson { .. } => "MALFORMED_JSON",
            Self::InvalidCallback(_) => "INVALID_CALLBACK",
            Self::CallbackNotAllowed(_) => "CALLBACK_NOT_ALLOWED",
            Self::InvalidCallbackAuth { .. } => "INVALID_CALLBACK_AUTH",
            Self::NoSecretsKey => "NO_SECRETS_KEY",
            Self::Sealed => "CALLBACK_AUTH_SEALED",
            Self::InvalidDeadline => "INVALID_DEADLINE",
            Self::InvalidKey => "INVALID_IDEMPOTENCY_KEY",
            Self::InvalidCorrelation(_) => "INVALID_CORRELATION",
            Self::InvalidPriority => "INVALID_PRIORITY",
            Self::InvalidRunAt => "INVALID_RUN_AT",
            Self::InvalidId(_) => "INVALID_ID",
            Self::InvalidPageToken => "INVALID_PAGE_TOKEN",
            Self::InvalidLimit => "INVALID_LIMIT",
            Self::UnknownState => "UNKNOWN_STATE",
            Self::FlowNotFound(_) => "FLOW_NOT_FOUND",
            Self::JobNotFound(_) => "JOB_NOT_FOUND",
            Self::DeliveryNotFound(_) => "DELIVERY_NOT_FOUND",
            Self::KeyReused => "KEY_REUSED",
            Self::QueueFull { .. } => "QUEUE_FULL",
            Self::TooManyWatchers => "TOO_MANY_WATCHERS",
            Self::LeaseLost => "LEASE_LOST",
            Self::Unavailable(_) => "STORE_UNAVAILABLE",
            Self::Broken(_) => "STORE_BROKEN",
            Self::InUse(_) => "STORE_IN_USE",
            Self::ReadOnly(_) => "STORE_READ_ONLY",
            Self::Newer { .. } => "STORE_NEWER",
            Self::MixedUp => "STORE_MIXED_UP",
            Self::Flow(_) => "FLOW_BROKEN",
            Self::NoDefaultFlow(_) => "NO_DEFAULT_FLOW",
            Self::Secret(_) => "SECRET_UNUSABLE",
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let Self::QueueFull { retry_after } = self { Some(*retry_after) } else { None }
    }

    fn violations(&self) -> Vec<Violation> {
        if let Self::InvalidInput(violations) = self {
            return violations.clone();
        }
        let field = |path: &str| Violation { path: path.to_owned(), message: self.to_string() };
        self.field().map(field).into_iter().collect()
    }
}

impl Error {
    /// The field of a request that this error is about.
    fn field(&self) -> Option<&'static str> {
        let is_callback = matches!(self, Self::InvalidCallback(_) | Self::CallbackNotAllowed(_));
        let fields = [
            (is_callback, "callback.url"),
            (matches!(self, Self::NoSecretsKey), "callback.auth"),
            (matches!(self, Self::InvalidDeadline), "deadline_s"),
            (matches!(self, Self::InvalidKey), "idempotency_key"),
            (matches!(self, Self::InvalidCorrelation(_)), "correlation"),
            (matches!(self, Self::InvalidPriority), "priority"),
            (matches!(self, Self::InvalidRunAt), "run_at"),
            (matches!(self, Self::InvalidPageToken), "page_token"),
            (matches!(self, Self::InvalidLimit), "page_size"),
            (matches!(self, Self::UnknownState), "state"),
        ];
        let named = if let Self::MalformedJson { what: field, .. }
        | Self::InvalidId(field)
        | Self::InvalidCallbackAuth { field, .. } = self
        {
            Some(*field)
        } else {
            None
        };
        named.or_else(|| fields.into_iter().find(|(is, _)| *is).map(|(_, path)| path))
    }
}

/// The first of several complaints, and how many more there are.
fn told(violations: &[Violation]) -> String {
    match violations {
        [] => "it is refused".to_owned(),
        [one] => format!("{} {}", one.path, one.message),
        [one, more @ ..] => format!("{} {} (and {} more)", one.path, one.message, more.len()),
    }
}
