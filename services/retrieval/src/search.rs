//! What is looked for, and what is found.

use crate::Error;
pub use crate::embed::Consumed;
pub use crate::filter::{Filter, Range, Test};
pub use crate::metadata::Scalar;

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The collection to search.
    pub collection: String,
    /// Further collections; what they hold is ranked together.
    pub more_collections: Vec<String>,
    /// The text to search for; blank only where `more_queries` has one that is not.
    pub query: String,
    /// Further queries; the rankings of all are fused.
    pub more_queries: Vec<String>,
    /// A vector to search for, beside the queries or alone; empty is none.
    pub vector: Vec<f32>,
    /// The most passages to return; 0 is the usual number.
    pub limit: i32,
    /// What must hold of documents' metadata.
    pub filter: Filter,
    /// Which legs search.
    pub mode: Mode,
    /// The least score that a passage must have, from 0 to 1.
    pub min_score: f64,
    /// Whether each passage tells its rank and score in every stage.
    pub explain: bool,
    /// What the keyword leg counts for.
    pub keyword: LegOptions,
    /// What the dense leg counts for.
    pub dense: LegOptions,
    /// How rankings become one.
    pub fusion: Fusion,
    /// The most chunks of one document; 0 is any number.
    pub chunks_per_document: i32,
    /// How many chunks before and after each passage come with it.
    pub neighbours: i32,
}

/// What one leg counts for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LegOptions {
    /// Its weight in the fusion; `None` is 1, and 0 leaves the leg out.
    pub weight: Option<f64>,
    /// How many of its hits are read; 0 is as many as the fusion needs.
    pub limit: i32,
}

/// How several rankings become one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fusion {
    /// By places alone: a place is worth 1 / (k + place).
    ReciprocalRank {
        /// How slowly a place loses worth; 0 is the usual one.
        k: f64,
    },
    /// By scores, each as a share of the best in its ranking.
    WeightedSum,
}

impl Default for Fusion {
    fn default() -> Self {
        Self::ReciprocalRank { k: 0.0 }
    }
}

/// Which legs search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Every leg that there is, fused.
    #[default]
    Hybrid,
    /// By words alone.
    Keyword,
    /// By vectors alone.
    Dense,
}

/// One way of searching.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leg {
    /// By the words of chunk and title.
    Keyword,
    /// By vectors.
    Dense,
}

impl Leg {
    /// What it is called in an answer.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Dense => "dense",
        }
    }
}

impl Mode {
    /// The legs that the mode asks for.
    pub(crate) fn legs(self) -> &'static [Leg] {
        match self {
            Self::Hybrid => &[Leg::Keyword, Leg::Dense],
            Self::Keyword => &[Leg::Keyword],
            Self::Dense => &[Leg::Dense],
        }
    }
}

/// What became of several searches.
#[derive(Debug)]
pub struct Batch {
    /// What was found, or what was wrong, in the order of the searches.
    pub results: Vec<Result<Found, Error>>,
    /// What embedding all of them consumed, call by call.
    pub consumed: Vec<Consumed>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The passages, best first.
    pub passages: Vec<Passage>,
    /// The dense leg: `absent` where nothing embeds, else the space that it searched in.
    pub dense: String,
    /// How many documents the collection holds, whether or not they match.
    pub collection_documents: u64,
    /// Why fewer passages came back than match; empty where that is not so.
    pub under_returned: String,
    /// Legs that were left out, with the reason.
    pub degraded: Vec<String>,
    /// What the caller should know.
    pub warnings: Vec<String>,
    /// How each leg searched; only where it was asked for.
    pub explanation: Vec<String>,
    /// What embedding consumed, call by call; nothing where a batch was embedded as one.
    pub consumed: Vec<Consumed>,
}

/// A chunk of a stored document, and how well it answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// The collection that holds the document.
    pub collection: String,
    /// The document that the chunk was cut from.
    pub document_id: String,
    /// The chunk, unique within its collection.
    pub chunk_id: String,
    /// The chunk's text.
    pub text: String,
    /// The document's title.
    pub title: String,
    /// The document's metadata, byte for byte; empty where it has none.
    pub metadata: String,
    /// How well it answers, from 0 to 1; comparable within one answer only.
    pub score: f64,
    /// Rank and score in every stage; only where they were asked for.
    pub scores: Vec<Score>,
    /// Where the chunk begins in the document's text, in bytes.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
    /// What stands directly before it; only where neighbours were asked for.
    pub before: String,
    /// What stands directly after it; only where neighbours were asked for.
    pub after: String,
}

/// What one stage said of a passage.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The stage.
    pub stage: String,
    /// The stage's own score.
    pub value: f64,
    /// The passage's place in the stage's order, from 1.
    pub rank: u32,
    /// What made up the score: a name, and how much it added.
    pub contributions: Vec<(String, f64)>,
}
