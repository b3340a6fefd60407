use serde::Serialize;
use utoipa::ToSchema;

use crate::request::CollectionSettings;

/// A named corpus.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Collection {
    /// Its name.
    pub(crate) collection: String,
    /// What it is for, in the words of whoever made it; may be empty.
    pub(crate) description: String,
    /// How many documents it holds.
    pub(crate) documents: u64,
    /// How many chunks they were cut into.
    pub(crate) chunks: u64,
    /// The size of the documents' texts, in bytes of UTF-8.
    pub(crate) text_bytes: u64,
    /// The space that its vectors live in; null where nothing is embedded.
    #[schema(required = true)]
    pub(crate) embedding_space: Option<EmbeddingSpace>,
    /// When it was made; null for an attached table.
    #[schema(required = true)]
    pub(crate) created_at: Option<String>,
    /// When a document was last put in or deleted, or the collection changed; null for an attached table.
    #[schema(required = true)]
    pub(crate) updated_at: Option<String>,
    /// What was set for it alone; null where nothing was, so that the server's configuration holds.
    #[schema(required = true)]
    pub(crate) settings: Option<CollectionSettings>,
    /// The table that it is, where another program made it; null otherwise.
    #[schema(required = true)]
    pub(crate) attachment: Option<Attachment>,
}

/// A table of another program that appears as a collection; it is only read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Attachment {
    /// The table with its schema; empty while it is not known.
    pub(crate) table: String,
    /// The index that serves its vectors; empty where every row is looked at.
    pub(crate) index: String,
    /// The operator that vectors are compared by.
    pub(crate) operator: String,
    /// Whether the number of documents is an estimate.
    pub(crate) is_estimated: bool,
    /// Why it cannot be used now; empty where it can.
    pub(crate) problem: String,
}

/// Which vectors can be compared with one another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EmbeddingSpace {
    /// The model that embeds.
    pub(crate) model: String,
    /// How many numbers a vector has.
    pub(crate) dimension: u32,
    /// The version of model and treatment.
    pub(crate) version: String,
}

/// A name that stands for no table any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Detached {
    /// The name.
    pub(crate) detached: String,
}

/// What went with a collection that was deleted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Emptied {
    /// How many documents went with it.
    pub(crate) deleted_documents: u64,
}
