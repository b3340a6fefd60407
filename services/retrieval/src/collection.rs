//! Named corpora.

mod settings;

use chassis::clock::Time;

pub use crate::collection::settings::{Change, ChunkBy, Chunking, Settings};
use crate::embed::Space;

/// A named corpus of one tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Collection {
    /// Its name.
    pub collection: String,
    /// What it is for, in the words of whoever made it.
    pub description: String,
    /// How many documents it holds.
    pub documents: u64,
    /// How many chunks they were cut into.
    pub chunks: u64,
    /// The size of the documents' texts in bytes of UTF-8; 0 of an attached table.
    pub text_bytes: u64,
    /// When it was made; nothing of an attached table.
    pub created_at: Option<Time>,
    /// When a document was last put in or deleted, or the collection changed; nothing of an attached table.
    pub updated_at: Option<Time>,
    /// The space of its vectors, where it has any.
    pub space: Option<Space>,
    /// What was set for it alone.
    pub settings: Settings,
    /// The table that it is, where it is one of another program.
    pub attached: Option<Attachment>,
}

/// A table of another program that appears as a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// The table; empty while it is not known.
    pub table: String,
    /// The index that serves its vectors; empty where every row is looked at.
    pub index: String,
    /// The operator that vectors are compared by.
    pub operator: String,
    /// Whether the number of rows is an estimate.
    pub is_estimated: bool,
    /// Why it cannot be used now; empty where it can.
    pub problem: String,
}
