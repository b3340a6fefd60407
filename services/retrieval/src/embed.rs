//! What makes vectors of texts.

mod cache;
mod openai;
mod telemetry;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::Error;
pub(crate) use crate::embed::cache::Cached;
pub(crate) use crate::embed::openai::OpenAiEmbedder;

/// A vector that can be compared with others of its space.
pub(crate) type Vector = Arc<[f32]>;

/// The cosine of the angle between two vectors of one length.
pub(crate) fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// Which vectors can be compared with one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// The model that embeds; empty where it is not known.
    pub model: String,
    /// How many numbers a vector has.
    pub dimension: u32,
    /// The version of model and treatment, such as how long texts are cut; empty where it is not known.
    pub version: String,
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.model, self.dimension)
    }
}

/// What a text is; some models treat the two differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// It is searched for.
    Query,
    /// It is found.
    Passage,
}

/// What a model call consumed.
#[derive(Clone, Debug, PartialEq)]
pub struct Consumed {
    /// Who served it.
    pub provider: &'static str,
    /// The model, as the provider names it.
    pub model: String,
    /// Tokens read.
    pub tokens: u64,
    /// Whether the provider did not say, so that they were estimated.
    pub estimated: bool,
    /// The price in US dollars, where it is known.
    pub cost_usd: Option<f64>,
    /// How long it took.
    pub duration: std::time::Duration,
}

/// Vectors, in the order of the texts, and what they consumed.
#[derive(Clone, Debug)]
pub(crate) struct Embedded {
    pub(crate) vectors: Vec<Vector>,
    /// Nothing where all of them were known.
    pub(crate) consumed: Option<Consumed>,
}

/// Makes vectors of one space: as many as there are texts, all of one length, finite, none zero.
#[async_trait]
pub(crate) trait Embedder: Send + Sync {
    /// The model.
    fn model(&self) -> &str;

    /// How many numbers a vector has, where that is known before the first one.
    fn dimension(&self) -> Option<u32>;

    /// The vectors of these texts.
    async fn embed(&self, texts: &[String], purpose: Purpose) -> Result<Embedded, Error>;
}
