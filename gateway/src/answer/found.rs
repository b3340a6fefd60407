use proto::json::{Passage, Usage};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Violation;

/// What a search found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Found {
    /// The passages, best first.
    pub(crate) passages: Vec<Passage>,
    /// The dense leg: `absent` where nothing embeds, else the embedding space it searched in.
    #[schema(example = "absent")]
    pub(crate) dense: String,
    /// How many documents the collection holds, whether or not they match.
    pub(crate) collection_documents: u64,
    /// Why fewer passages came back than match; null where that is not so.
    #[schema(required = true)]
    pub(crate) under_returned: Option<String>,
    /// Legs or stages that were left out, with the reason, such as `dense: absent`.
    pub(crate) degraded: Vec<String>,
    /// What the caller should know, such as query words that were ignored.
    pub(crate) warnings: Vec<String>,
    /// How each leg searched; empty without `explain`.
    pub(crate) explanation: Vec<String>,
    /// What embedding the queries consumed; only where something embedded them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) usage: Option<Usage>,
}

/// What became of several searches.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BatchFound {
    /// A result for each search, in their order.
    pub(crate) results: Vec<SearchResult>,
    /// What embedding all of them consumed; only where something embedded them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) usage: Option<Usage>,
}

/// What became of one search: either member is null.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SearchResult {
    /// What was found.
    #[schema(required = true)]
    pub(crate) found: Option<Found>,
    /// Why nothing was looked for.
    #[schema(required = true)]
    pub(crate) problem: Option<Refused>,
}

/// Why a search was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Refused {
    /// A stable name, such as `collection_not_found`.
    pub(crate) code: String,
    /// What happened, for people.
    pub(crate) message: String,
    /// Whether the same search may succeed later.
    pub(crate) retryable: bool,
    /// The fields that were refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<Violation>,
}
