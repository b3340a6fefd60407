//! Named corpora.

use chassis::clock::Time;

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
    /// The size of the documents' texts in bytes of UTF-8.
    pub text_bytes: u64,
    /// When it was made.
    pub created_at: Time,
    /// When a document was last put in or deleted.
    pub updated_at: Time,
}
