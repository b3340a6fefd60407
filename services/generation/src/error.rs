use std::time::Duration;

use chassis::failure::{Failure, Kind, Violation};
use chassis::template;

/// Why nothing was written; never with a prompt, an answer or a key in it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is nothing to answer.
    #[error("prompt: name a template with a user message, or messages with a text")]
    NoPrompt,
    /// The template is broken, or reads what is not there.
    #[error("template {0}")]
    InvalidTemplate(template::Error),
    /// The variables are no JSON object.
    #[error("variables_json: {0}")]
    InvalidVariables(String),
    /// The schema is no JSON schema.
    #[error("schema_json: {0}")]
    InvalidSchema(String),
    /// A parameter is out of its range.
    #[error("{path}: {what}")]
    InvalidParameter {
        /// Which parameter.
        path: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// No model is configured, and the fallback cannot stand in for it.
    #[error(
        "no language model is configured and the request's fallback_json {what}; configure \
         generation.openai (OPENAI_API_KEY is enough), or give a fallback that fits the schema"
    )]
    InvalidFallback {
        /// What is wrong with the fallback.
        what: &'static str,
        /// Where it does not fit the schema.
        violations: Vec<Violation>,
    },
    /// A message of nobody known.
    #[error("{path}: name a role: system, user or assistant")]
    UnknownRole {
        /// Which message.
        path: String,
    },
    /// More passages than allowed.
    #[error("passages: at most {limit} can be used at once, not {count}")]
    TooManyPassages {
        /// How many there were.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The provider, or its model, will not serve this request however often it is asked.
    #[error("{provider} refused the request: {why}")]
    ProviderRefused {
        /// Who refused.
        provider: &'static str,
        /// Why, as far as it can be told.
        why: String,
    },
    /// The provider does not accept the key, or its account may not do this.
    #[error("{provider} does not accept the key: {why}; check generation.{provider}.api_key")]
    ProviderDenied {
        /// Who denied it.
        provider: &'static str,
        /// Why, as far as it can be told.
        why: String,
    },
    /// The provider takes no more requests for now.
    #[error("{provider} takes no more requests for now: {why}")]
    ProviderThrottled {
        /// Who asks to wait.
        provider: &'static str,
        /// Why, as far as it can be told.
        why: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The provider did not answer, or not with what an answer is.
    #[error("{provider} gave no answer: {why}")]
    ProviderUnavailable {
        /// Who did not.
        provider: &'static str,
        /// What happened instead.
        why: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The model's answer is not what the schema asks for.
    #[error("the model's answer does not fit the schema: {why}")]
    SchemaNotMet {
        /// What to do about it, or what is wrong.
        why: String,
        /// Where it does not fit.
        violations: Vec<Violation>,
    },
    /// The caller's time is over.
    #[error("the deadline passed before the text was written")]
    Deadline,
}

impl Error {
    pub(crate) fn parameter(path: &str, what: &'static str) -> Self {
        Self::InvalidParameter { path: path.to_owned(), what }
    }

    pub(crate) fn unavailable(provider: &'static str, why: impl Into<String>) -> Self {
        Self::ProviderUnavailable { provider, why: why.into(), retry_after: None }
    }

    fn path(&self) -> Option<&str> {
        match self {
            Self::NoPrompt => Some("prompt"),
            Self::InvalidTemplate(_) => Some("template"),
            Self::InvalidVariables(_) => Some("variables_json"),
            Self::InvalidSchema(_) => Some("schema_json"),
            Self::InvalidParameter { path, .. } | Self::UnknownRole { path } => Some(path),
            Self::InvalidFallback { .. } => Some("fallback_json"),
            Self::TooManyPassages { .. } => Some("passages"),
            Self::ProviderRefused { .. }
            | Self::ProviderDenied { .. }
            | Self::ProviderThrottled { .. }
            | Self::ProviderUnavailable { .. }
            | Self::SchemaNotMet { .. }
            | Self::Deadline => None,
        }
    }
}

impl Failure for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoPrompt
            | Self::InvalidTemplate(_)
            | Self::InvalidVariables(_)
            | Self::InvalidSchema(_)
            | Self::InvalidParameter { .. }
            | Self::InvalidFallback { .. }
            | Self::UnknownRole { .. }
            | Self::TooManyPassages { .. }
            | Self::ProviderRefused { .. } => Kind::Invalid,
            Self::ProviderDenied { .. } => Kind::Denied,
            Self::ProviderThrottled { .. } => Kind::Throttled,
            Self::ProviderUnavailable { .. } => Kind::Unavailable,
            Self::SchemaNotMet { .. } => Kind::Conflict,
            Self::Deadline => Kind::Deadline,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::NoPrompt => "NO_PROMPT",
            Self::InvalidTemplate(_) => "INVALID_TEMPLATE",
            Self::InvalidVariables(_) => "INVALID_VARIABLES",
            Self::InvalidSchema(_) => "INVALID_SCHEMA",
            Self::InvalidParameter { .. } => "INVALID_PARAMETER",
            Self::InvalidFallback { .. } => "INVALID_FALLBACK",
            Self::UnknownRole { .. } => "UNKNOWN_ROLE",
            Self::TooManyPassages { .. } => "TOO_MANY_PASSAGES",
            Self::ProviderRefused { .. } => "PROVIDER_REFUSED",
            Self::ProviderDenied { .. } => "PROVIDER_DENIED",
            Self::ProviderThrottled { .. } => "PROVIDER_THROTTLED",
            Self::ProviderUnavailable { .. } => "PROVIDER_UNAVAILABLE",
            Self::SchemaNotMet { .. } => "SCHEMA_NOT_MET",
            Self::Deadline => "DEADLINE",
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::ProviderThrottled { retry_after, .. }
            | Self::ProviderUnavailable { retry_after, .. } => *retry_after,
            Self::NoPrompt
            | Self::InvalidTemplate(_)
            | Self::InvalidVariables(_)
            | Self::InvalidSchema(_)
            | Self::InvalidParameter { .. }
            | Self::InvalidFallback { .. }
            | Self::UnknownRole { .. }
            | Self::TooManyPassages { .. }
            | Self::ProviderRefused { .. }
            | Self::ProviderDenied { .. }
            | Self::SchemaNotMet { .. }
            | Self::Deadline => None,
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match (self, self.path()) {
            (Self::SchemaNotMet { violations, .. }, _) => violations.clone(),
            (Self::InvalidFallback { violations, .. }, _) if !violations.is_empty() => {
                violations.clone()
            }
            (_, Some(path)) => {
                vec![Violation { path: path.to_owned(), message: self.to_string() }]
            }
            (_, None) => Vec::new(),
        }
    }
}
