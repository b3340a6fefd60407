//! Rows as both stores return them.

use chassis::clock::Time;
use sqlx::FromRow;

use crate::Error;
use crate::collection::{Collection, Settings};
use crate::document::Document;
use crate::embed::Space;
use crate::store::Kept;

#[derive(FromRow)]
pub(super) struct CollectionRow {
    collection: String,
    description: String,
    documents: i64,
    chunks: i64,
    text_bytes: i64,
    created_at: i64,
    updated_at: i64,
    /// The space that is searched, where it has one.
    model: Option<String>,
    dimension: Option<i64>,
    version: Option<String>,
    settings: String,
}

#[derive(FromRow)]
pub(super) struct DocumentRow {
    document_id: String,
    version: i64,
    content_hash: String,
    chunks: i64,
    created_at: i64,
    updated_at: i64,
    title: String,
    metadata: String,
    text: String,
}

#[derive(FromRow)]
pub(super) struct PassageRow {
    document_id: String,
    ordinal: i64,
    start_byte: i64,
    end_byte: i64,
    text: String,
    title: String,
    metadata: String,
}

/// A space of a collection's vectors.
#[derive(Clone, Debug, FromRow)]
pub(super) struct SpaceRow {
    pub(super) number: i64,
    model: String,
    pub(super) dimension: i64,
    version: String,
    /// How many vectors it has.
    vectors: i64,
    /// How many chunks the collection has.
    chunks: i64,
}

impl SpaceRow {
    pub(super) fn space(&self) -> Space {
        let (model, version) = (self.model.clone(), self.version.clone());
        Space { model, dimension: small(self.dimension), version }
    }

    pub(super) fn kept(self) -> Kept {
        Kept { space: self.space(), is_whole: self.vectors >= self.chunks, is_guessed: false }
    }
}

/// A chunk as it was stored, with what its document says.
#[derive(Clone, Debug)]
pub(crate) struct StoredPassage {
    pub(crate) document_id: String,
    pub(crate) ordinal: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) text: String,
    pub(crate) title: String,
    pub(crate) metadata: String,
}

impl TryFrom<CollectionRow> for Collection {
    type Error = Error;

    fn try_from(row: CollectionRow) -> Result<Self, Error> {
        let space = row.model.zip(row.dimension).zip(row.version);
        let space = space.map(|((model, dimension), version)| Space {
            model,
            dimension: small(dimension),
            version,
        });
        Ok(Self {
            space,
            settings: Settings::read(&row.settings)?,
            collection: row.collection,
            description: row.description,
            documents: count(row.documents),
            chunks: count(row.chunks),
            text_bytes: count(row.text_bytes),
            created_at: Some(Time::from_micros(row.created_at)),
            updated_at: Some(Time::from_micros(row.updated_at)),
            attached: None,
        })
    }
}

impl DocumentRow {
    pub(super) fn of(self, collection: &str) -> Document {
        Document {
            collection: collection.to_owned(),
            document_id: self.document_id,
            title: self.title,
            text: self.text,
            metadata: self.metadata,
            version: count(self.version),
            content_hash: self.content_hash,
            chunks: small(self.chunks),
            created_at: Some(Time::from_micros(self.created_at)),
            updated_at: Some(Time::from_micros(self.updated_at)),
        }
    }
}

impl From<PassageRow> for StoredPassage {
    fn from(row: PassageRow) -> Self {
        Self {
            document_id: row.document_id,
            ordinal: small(row.ordinal),
            start: small(row.start_byte),
            end: small(row.end_byte),
            text: row.text,
            title: row.title,
            metadata: row.metadata,
        }
    }
}

/// A number that was not negative when it was stored.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A number that was small when it was stored.
pub(super) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// A number of things in memory, as a column holds it.
pub(super) fn column(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
