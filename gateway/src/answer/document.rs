use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// A text that was put into a collection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Document {
    /// The collection that holds it.
    pub(crate) collection: String,
    /// The caller's id of it.
    pub(crate) document_id: String,
    /// The title; null where it has none.
    #[schema(required = true)]
    pub(crate) title: Option<String>,
    /// The whole text; absent in lists and in the answer to a put.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The caller's own JSON, as it was written; null where it has none.
    #[schema(value_type = Option<Object>, required = true)]
    pub(crate) metadata: Option<Box<RawValue>>,
    /// Counts the contents that this id has had, from 1.
    pub(crate) version: u64,
    /// The sha256 of title, text and metadata, in hexadecimal.
    pub(crate) content_hash: String,
    /// How many chunks the text was cut into.
    pub(crate) chunks: u32,
    /// When the id was first put in.
    #[schema(required = true)]
    pub(crate) created_at: Option<String>,
    /// When this version was put in.
    #[schema(required = true)]
    pub(crate) updated_at: Option<String>,
}

/// What became of a document that was put in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Put {
    /// `created`, `updated`, or `unchanged` where the content was there already.
    #[schema(example = "created")]
    pub(crate) outcome: &'static str,
    /// The document, without its text.
    #[serde(flatten)]
    pub(crate) document: Document,
    /// What the caller should know of its request, such as characters that were replaced.
    pub(crate) warnings: Vec<String>,
}

/// What was deleted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Deleted {
    /// How many documents are gone.
    pub(crate) deleted: u64,
}
