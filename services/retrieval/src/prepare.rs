//! Makes of a document what a store keeps.

use std::ops::Range;

use chassis::clock::Time;
use sha2::{Digest, Sha256};

use crate::chunk::{Chunk, Cut};
use crate::document::{Document, NewDocument};
use crate::embed::{Space, Vector};
use crate::metadata::{self, Fact};
use crate::words::{Stems, Tongue};
use crate::{Error, check};

/// A document that was checked; ready to be stored once it was cut.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: NewDocument,
    pub(crate) content_hash: String,
    pub(crate) facts: Vec<Fact>,
    /// What it is written in, by which its words are stemmed.
    pub(crate) tongue: Tongue,
    /// The title's words as they are kept, separated by spaces.
    pub(crate) title_words: String,
    pub(crate) pieces: Vec<Piece>,
    /// The vectors of its pieces, in every space that they were embedded in.
    pub(crate) vectors: Vec<Vectors>,
}

/// The pieces' vectors in one space.
#[derive(Clone, Debug)]
pub(crate) struct Vectors {
    pub(crate) space: Space,
    /// One a piece, each of length one.
    pub(crate) of: Vec<Vector>,
}

/// The sha256 of what is embedded of a piece.
pub(crate) type PieceHash = [u8; 32];

/// A chunk to store.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) bytes: Range<usize>,
    /// The headings that it is below and that do not stand in it; empty where there are none.
    pub(crate) heading: String,
    /// Its words and those of its headings, as they are kept, separated by spaces.
    pub(crate) words: String,
    /// How many words it has, with the title's.
    pub(crate) length: usize,
    /// What is embedded of it, as a hash: a piece that did not change keeps its vector.
    pub(crate) hash: PieceHash,
}

impl Prepared {
    /// Checks a document; takes a while for a large one.
    pub(crate) fn new(document: NewDocument) -> Result<Self, Error> {
        check::collection(&document.collection)?;
        check::document_id("document_id", &document.document_id)?;
        check::title("title", &document.title)?;
        check::text(&document.text)?;
        let facts = metadata::facts(&document.metadata)?;
        let tongue = Tongue::of_text(&format!("{} {}", document.title, document.text));
        Ok(Self {
            content_hash: hash([&document.title, &document.text, &document.metadata]),
            facts,
            tongue,
            title_words: Stems::new(tongue).of(&document.title).join(" "),
            pieces: Vec::new(),
            vectors: Vec::new(),
            document,
        })
    }

    /// Cuts the text; takes a while for a large one.
    pub(crate) fn cut(&mut self, cut: Cut<'_>) {
        let title = self.title_words.split_whitespace().count();
        let mut stems = Stems::new(self.tongue);
        let chunks = cut.beside(&self.document.title).cut(&self.document.text).into_iter();
        self.pieces = chunks.map(|chunk| self.piece(chunk, title, &mut stems)).collect();
    }

    fn piece(&self, chunk: Chunk, title: usize, stems: &mut Stems) -> Piece {
        let Chunk { bytes, heading } = chunk;
        // The title is searched with every chunk, so it need not be said twice.
        let below = heading.strip_prefix(&self.document.title).unwrap_or(&heading);
        let heading = below.trim_start_matches(" > ").to_owned();
        let mut words = stems.of(&heading);
        words.extend(stems.of(&self.document.text[bytes.clone()]));
        let text = &self.document.text[bytes.clone()];
        let hash = Sha256::digest(embedded(&self.document.title, &heading, text)).into();
        let length = title + words.len();
        Piece { bytes, heading, length, words: words.join(" "), hash }
    }

    /// The document as it is stored, without its text; created and changed at these times.
    pub(crate) fn stored(&self, version: i64, chunks: i64, times: (Time, Time)) -> Document {
        Document {
            collection: self.document.collection.clone(),
            document_id: self.document.document_id.clone(),
            title: self.document.title.clone(),
            text: String::new(),
            metadata: self.document.metadata.clone(),
            version: u64::try_from(version).unwrap_or(0),
            content_hash: self.content_hash.clone(),
            chunks: u32::try_from(chunks).unwrap_or(u32::MAX),
            created_at: Some(times.0),
            updated_at: Some(times.1),
        }
    }

    /// The text of one of its chunks.
    pub(crate) fn text(&self, piece: &Piece) -> &str {
        &self.document.text[piece.bytes.clone()]
    }

    /// The vectors in a space.
    pub(crate) fn vectors(&self, space: &Space) -> Option<&[Vector]> {
        let of = self.vectors.iter().find(|vectors| vectors.space == *space);
        of.map(|vectors| vectors.of.as_slice())
    }

    /// Whether it has vectors in all of these spaces.
    pub(crate) fn covers(&self, spaces: impl IntoIterator<Item = Space>) -> bool {
        spaces.into_iter().all(|space| self.vectors(&space).is_some())
    }

    /// What is embedded of one of its chunks.
    pub(crate) fn embedded(&self, piece: &Piece) -> String {
        embedded(&self.document.title, &piece.heading, self.text(piece))
    }
}

/// A piece says more with the title of what it was cut from, and the headings that it is below.
fn embedded(title: &str, heading: &str, text: &str) -> String {
    let lines = [title, heading, text].into_iter().filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The hash of title, text and metadata. Each goes in with its length, so that no two documents
/// look alike.
pub(crate) fn hash(parts: [&str; 3]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}
