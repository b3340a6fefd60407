//! What makes vectors of texts.

mod cache;
mod cohere;
mod embedders;
mod endpoint;
mod estimate;
#[cfg(feature = "local")]
mod local;
mod memory;
mod openai;
mod prefixes;
mod remote;
mod tei;
mod telemetry;
mod vectors;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::Error;
pub(crate) use crate::embed::embedders::Embedders;
pub(crate) use crate::embed::estimate::{beginning, estimate};
pub(crate) use crate::embed::prefixes::Prefixes;

/// A vector that can be compared with others of its space.
pub type Vector = Arc<[f32]>;

/// The cosine of the angle between two vectors of one length.
pub(crate) fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// The same direction with a length of one; nothing of a vector that has no direction.
pub(crate) fn unit(vector: &[f32]) -> Option<Vector> {
    let square: f64 = vector.iter().map(|number| f64::from(*number) * f64::from(*number)).sum();
    let length = square.sqrt();
    let is_one = square.is_finite() && length > 0.0;
    is_one.then(|| vector.iter().map(|number| (f64::from(*number) / length) as f32).collect())
}

/// Which vectors can be compared with one another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
        write!(f, "{}/{}", self.model, self.dimension)?;
        match self.version.as_str() {
            "" => Ok(()),
            version => write!(f, "@{version}"),
        }
    }
}

/// What a text is; some models treat the two differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It is searched for.
    Query,
    /// It is found.
    #[default]
    Passage,
}

/// Texts to make vectors of.
#[derive(Clone, Debug, Default)]
pub struct Embedding {
    /// The texts.
    pub texts: Vec<String>,
    /// What they are.
    pub purpose: Purpose,
    /// The model, by its name or its settings'; empty for the usual one.
    pub model: String,
    /// The collection whose vectors they are to be compared with; empty for none.
    pub collection: String,
    /// How many numbers each vector must have; 0 for what the model makes.
    pub dimensions: u32,
}

/// What was made of texts.
#[derive(Clone, Debug)]
pub struct Made {
    /// A vector for each text, of length one.
    pub vectors: Vec<Vector>,
    /// The space that they live in.
    pub space: Space,
    /// What embedding consumed, call by call.
    pub consumed: Vec<Consumed>,
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

impl Consumed {
    /// Two calls as one; how long it took is the first one's.
    pub(crate) fn sum(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(sum), Some(more)) => Some(Self {
                tokens: sum.tokens.saturating_add(more.tokens),
                estimated: sum.estimated || more.estimated,
                cost_usd: sum.cost_usd.zip(more.cost_usd).map(|(sum, more)| sum + more),
                ..sum
            }),
            (first, second) => first.or(second),
        }
    }
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

    /// What its vectors hang on beside the model, such as how long texts are cut; empty where that
    /// is the model's own affair.
    fn version(&self) -> &str {
        ""
    }

    /// How many tokens of a text it reads; the rest does not count. Nothing where that is not known.
    fn longest(&self) -> Option<usize> {
        None
    }

    /// How many tokens a text has: its own count, or an estimate that is rather too high.
    fn tokens(&self, text: &str) -> usize {
        estimate(text)
    }

    /// The vectors of these texts.
    async fn embed(&self, texts: &[String], purpose: Purpose) -> Result<Embedded, Error>;
}
