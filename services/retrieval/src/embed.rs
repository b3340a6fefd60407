//! What makes vectors of texts.

mod cache;
mod embedders;
mod openai;
mod telemetry;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::Error;
pub(crate) use crate::embed::cache::Cached;
pub(crate) use crate::embed::embedders::Embedders;
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

/// About how many tokens a text has where nobody counts them: four letters of English, two of
/// other alphabets or one sign of a script without spaces.
pub(crate) fn estimate(text: &str) -> usize {
    text.chars().map(quarters).sum::<usize>().div_ceil(4)
}

/// As much of a text as has about so many tokens.
pub(crate) fn beginning(text: &str, tokens: usize) -> &str {
    let mut room = tokens.saturating_mul(4);
    let end = text.char_indices().find(|(_, letter)| {
        let fits = room >= quarters(*letter);
        room = room.saturating_sub(quarters(*letter));
        !fits
    });
    end.map_or(text, |(end, _)| &text[..end])
}

/// How many quarters of a token a letter makes.
fn quarters(letter: char) -> usize {
    match letter.len_utf8() {
        1 => 1,
        2 => 2,
        3 => 4,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_where_a_model_stops_to_read() {
        for (text, tokens) in [("four", 1), ("fives", 2), ("äöü", 2), ("汉字", 2), ("🦀", 2)]
        {
            assert_eq!((estimate(text), beginning(text, tokens)), (tokens, text));
        }
        assert_eq!(beginning("fives", 1), "five");
        assert_eq!((beginning("汉字", 1), beginning("🦀", 1), beginning("a", 0)), ("汉", "", ""));
    }
}
