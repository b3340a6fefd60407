//! What is put into a collection.

use chassis::clock::Time;

/// A text that was put into a collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The collection that holds it.
    pub collection: String,
    /// The caller's id of it.
    pub document_id: String,
    /// The title; empty where it has none.
    pub title: String,
    /// The whole text; empty in lists and after a put.
    pub text: String,
    /// The caller's own JSON object, byte for byte; empty where it has none.
    pub metadata: String,
    /// Counts the contents that this id has had, from 1.
    pub version: u64,
    /// The sha256 of title, text and metadata, in hexadecimal.
    pub content_hash: String,
    /// How many chunks the text was cut into.
    pub chunks: u32,
    /// When the id was first put in; nothing of a row of an attached table.
    pub created_at: Option<Time>,
    /// When this version was put in; nothing of a row of an attached table.
    pub updated_at: Option<Time>,
}

/// A document to store.
#[derive(Clone, Debug, Default)]
pub struct NewDocument {
    /// The collection to store in; made where it is missing.
    pub collection: String,
    /// The caller's id of the document.
    pub document_id: String,
    /// A title, searched with every chunk; may be empty.
    pub title: String,
    /// The text.
    pub text: String,
    /// The caller's own JSON object; may be empty.
    pub metadata: String,
}

/// A document as stored, and what putting it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// The document, without its text.
    pub document: Document,
    /// What putting it did.
    pub outcome: Outcome,
}

/// What putting a document did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The document is new.
    Created,
    /// A new version replaced the old one.
    Updated,
    /// The content was there already; nothing changed.
    Unchanged,
}
