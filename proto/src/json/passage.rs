use serde::Serialize;
use serde_json::value::RawValue;

use crate::common as pb;
use crate::json::{raw, said};

/// A chunk of a stored document, and how well it answers a query.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Passage {
    /// The document that the chunk was cut from.
    pub document_id: String,
    /// The chunk, unique within its collection.
    pub chunk_id: String,
    /// The document's title; null where it has none.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub title: Option<String>,
    /// The chunk's text, as it was put in.
    pub text: String,
    /// How well it answers, from 0 to 1; comparable within one answer only.
    pub score: f64,
    /// The document's metadata; null where it has none.
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>, required = true))]
    pub metadata: Option<Box<RawValue>>,
    /// Where the chunk begins in the document's text, in bytes of UTF-8.
    pub start: u32,
    /// Where the chunk ends in the document's text, in bytes of UTF-8, exclusive.
    pub end: u32,
    /// Rank and score in every stage; only where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<Score>,
    /// The collection that holds the document.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub collection: String,
    /// What stands directly before the chunk; only where neighbours were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What stands directly after the chunk; only where neighbours were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What one stage said of a passage.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Score {
    /// The stage, such as `keyword` or `keyword_boost`.
    pub stage: String,
    /// The stage's own score; scores of different stages are not comparable.
    pub value: f64,
    /// The passage's place in the stage's order, from 1.
    pub rank: u32,
    /// What made up the score, where the stage can say it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contributions: Vec<Contribution>,
}

/// A part of a score.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Contribution {
    /// What contributed, such as a keyword.
    pub name: String,
    /// How much it added to the stage's score.
    pub value: f64,
}

impl From<&pb::Passage> for Passage {
    fn from(passage: &pb::Passage) -> Self {
        Self {
            document_id: passage.document_id.clone(),
            chunk_id: passage.chunk_id.clone(),
            title: said(&passage.title),
            text: passage.text.clone(),
            score: passage.score,
            metadata: passage.metadata.as_ref().and_then(|metadata| raw(&metadata.json)),
            start: passage.start,
            end: passage.end,
            scores: passage.scores.iter().map(Score::from).collect(),
            collection: passage.collection.clone(),
            before: said(&passage.before),
            after: said(&passage.after),
        }
    }
}

impl From<&pb::Score> for Score {
    fn from(score: &pb::Score) -> Self {
        Self {
            stage: score.stage.clone(),
            value: score.value,
            rank: score.rank,
            contributions: score.contributions.iter().map(Contribution::from).collect(),
        }
    }
}

impl From<&pb::Contribution> for Contribution {
    fn from(part: &pb::Contribution) -> Self {
        Self { name: part.name.clone(), value: part.value }
    }
}
