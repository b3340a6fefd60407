use proto::json::Passage;
use serde::Serialize;
use utoipa::ToSchema;

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
}
