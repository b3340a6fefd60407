use proto::common as pb;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::flow::View;
use crate::run::StepError;

/// A passage as expressions see it, and as checkpoints hold it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// The document that it was cut from.
    pub document_id: String,
    /// The chunk, unique within its collection.
    #[serde(default)]
    pub chunk_id: String,
    /// The document's title; empty where it has none.
    #[serde(default)]
    pub title: String,
    /// The chunk's text.
    pub text: String,
    /// How well it answers, from 0 to 1.
    #[serde(default)]
    pub score: f64,
    /// The document's metadata; null where it has none.
    #[serde(default)]
    pub metadata: Value,
    /// Rank and score in every stage so far.
    #[serde(default)]
    pub scores: Vec<Score>,
    /// The collection that holds the document.
    #[serde(default)]
    pub collection: String,
    /// Where the chunk begins in the document's text, in bytes.
    #[serde(default)]
    pub start: u32,
    /// Where the chunk ends, exclusive.
    #[serde(default)]
    pub end: u32,
}

/// What one stage said of a passage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The stage, such as `keyword`.
    pub stage: String,
    /// The stage's own score.
    #[serde(default)]
    pub value: f64,
    /// The passage's place in the stage's order, from 1.
    #[serde(default)]
    pub rank: u32,
    /// What made up the score, where the stage said it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributions: Vec<Contribution>,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// What contributed, such as a keyword.
    pub name: String,
    /// How much it added.
    pub value: f64,
}

/// The passages of a step that is done; none where it was skipped.
pub(super) fn of_step(view: View<'_>, id: &str) -> Result<Vec<Passage>, StepError> {
    let Some(value) = view.done.get(id) else { return Ok(Vec::new()) };
    let passages = value.get("passages").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
    serde_json::from_value(passages).map_err(|error| {
        StepError::broken("jobs", format!("the checkpoint of step `{id}` has no passages: {error}"))
    })
}

/// The value of a step that found these passages.
pub(super) fn value(passages: Vec<pb::Passage>) -> Value {
    passages.into_iter().map(|passage| to_value(&Passage::from(passage))).collect()
}

/// A passage as JSON.
pub(super) fn to_value(passage: &Passage) -> Value {
    // Texts and finite numbers cannot fail to be JSON.
    serde_json::to_value(passage).unwrap_or_default()
}

impl From<pb::Passage> for Passage {
    fn from(passage: pb::Passage) -> Self {
        let metadata = passage.metadata.map(|metadata| metadata.json).unwrap_or_default();
        Self {
            document_id: passage.document_id,
            chunk_id: passage.chunk_id,
            title: passage.title,
            text: passage.text,
            score: finite(passage.score),
            metadata: serde_json::from_str(&metadata).unwrap_or_default(),
            scores: passage.scores.into_iter().map(Score::from).collect(),
            collection: passage.collection,
            start: passage.start,
            end: passage.end,
        }
    }
}

impl From<Passage> for pb::Passage {
    fn from(passage: Passage) -> Self {
        let json = (!passage.metadata.is_null()).then(|| passage.metadata.to_string());
        Self {
            document_id: passage.document_id,
            chunk_id: passage.chunk_id,
            text: passage.text,
            title: passage.title,
            metadata: json.map(|json| pb::Metadata { json }),
            score: passage.score,
            scores: passage.scores.into_iter().map(pb::Score::from).collect(),
            start: passage.start,
            end: passage.end,
            collection: passage.collection,
            before: String::new(),
            after: String::new(),
        }
    }
}

impl From<pb::Score> for Score {
    fn from(score: pb::Score) -> Self {
        let part =
            |part: pb::Contribution| Contribution { name: part.name, value: finite(part.value) };
        Self {
            stage: score.stage,
            value: finite(score.value),
            rank: score.rank,
            contributions: score.contributions.into_iter().map(part).collect(),
        }
    }
}

impl From<Score> for pb::Score {
    fn from(score: Score) -> Self {
        let part = |part: Contribution| pb::Contribution { name: part.name, value: part.value };
        Self {
            stage: score.stage,
            value: score.value,
            rank: score.rank,
            contributions: score.contributions.into_iter().map(part).collect(),
        }
    }
}

/// JSON has no other numbers, and a score that is none ranks last.
fn finite(score: f64) -> f64 {
    if score.is_finite() { score } else { 0.0 }
}
