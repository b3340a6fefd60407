//! BERT's encoder, as sentence embeddings use it: tokens in, one unit vector a text out.

mod attention;
mod weights;

pub use crate::bert::weights::Ask;
use crate::norm::Norm;
use crate::path::Path;
use crate::product::{Matrix, Packed, Then};

/// Why texts have no vectors, or weights make no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A text has no token.
    #[error("a text has no token")]
    Empty,
    /// A text has more tokens than the model has places.
    #[error("a text has {0} tokens, more than the model has places")]
    TooLong(usize),
    /// A token is none of the model's.
    #[error("token {0} is none of the model's")]
    UnknownToken(u32),
}

/// How large a model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How many layers stand on one another.
    pub layers: usize,
    /// How many numbers stand for a token, and for a text; a multiple of 8 and of `heads`.
    pub hidden: usize,
    /// How many heads look at the other tokens.
    pub heads: usize,
    /// How many numbers stand for a token in the middle of a layer.
    pub inner: usize,
    /// How many tokens there are.
    pub vocabulary: usize,
    /// How many tokens a text may have.
    pub positions: usize,
}

/// A model, ready to be run.
#[derive(Debug)]
pub struct Bert {
    path: Path,
    shape: Shape,
    words: Vec<f32>,
    /// With the one kind of text there is added to each.
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Dense {
    weights: Packed,
    bias: Vec<f32>,
}

#[derive(Debug)]
struct Layer {
    /// Queries, scaled, then keys, then values.
    look: Dense,
    mix: Dense,
    mixed: Norm,
    widen: Dense,
    narrow: Dense,
    narrowed: Norm,
}

/// The memory that a run needs, to be used again by the next.
#[derive(Debug, Default)]
pub struct Scratch {
    rows: Vec<f32>,
    more: Vec<f32>,
    wide: Vec<f32>,
    attention: attention::Scratch,
}

impl Bert {
    /// How large the model is.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// One vector of length 1 a text: the mean of what stands for its tokens after the last layer.
    ///
    /// The texts are run as one, without padding: a few hundred tokens at once are quickest.
    ///
    /// # Errors
    ///
    /// A text without tokens or with too many, and an unknown token, are refused.
    pub fn embed(&self, texts: &[&[u32]], scratch: &mut Scratch) -> Result<Vec<Vec<f32>>, Error> {
        let mut rows = std::mem::take(&mut scratch.rows);
        rows.clear();
        let looked_up = texts.iter().try_for_each(|text| self.look_up(text, &mut rows));
        if looked_up.is_ok() {
            let lengths: Vec<_> = texts.iter().map(|text| text.len()).collect();
            self.run(&mut rows, &lengths, scratch);
        }
        let vectors = looked_up.map(|()| self.pool(&rows, texts));
        scratch.rows = rows;
        vectors
    }

    fn look_up(&self, text: &[u32], rows: &mut Vec<f32>) -> Result<(), Error> {
        let hidden = self.shape.hidden;
        if text.is_empty() {
            return Err(Error::Empty);
        }
        if text.len() > self.shape.positions {
            return Err(Error::TooLong(text.len()));
        }
        for (token, position) in text.iter().zip(self.positions.chunks_exact(hidden)) {
            let word =
                usize::try_from(*token).ok().and_then(|at| self.words.chunks_exact(hidden).nth(at));
            let word = word.ok_or(Error::UnknownToken(*token))?;
            rows.extend(word.iter().zip(position).map(|(word, position)| word + position));
        }
        Ok(())
    }

    fn run(&self, rows: &mut [f32], lengths: &[usize], scratch: &mut Scratch) {
        let Shape { hidden, inner, .. } = self.shape;
        let count = rows.len() / hidden;
        let Scratch { more, wide, attention, .. } = scratch;
        more.clear();
        more.resize(rows.len(), 0.0);
        self.path.norm(rows, more, &self.norm);
        wide.resize(count * inner.max(3 * hidden), 0.0);
        for layer in &self.layers {
            let looks = &mut wide[..count * 3 * hidden];
            self.dense(rows, &layer.look, looks, Then::Add(&layer.look.bias));
            self.attend(looks, lengths, more, attention);
            let mixed = &mut wide[..rows.len()];
            self.dense(more, &layer.mix, mixed, Then::Add(&layer.mix.bias));
            self.path.norm(rows, mixed, &layer.mixed);
            let widened = &mut wide[..count * inner];
            self.dense(rows, &layer.widen, widened, Then::Gelu(&layer.widen.bias));
            self.dense(widened, &layer.narrow, more, Then::Add(&layer.narrow.bias));
            self.path.norm(rows, more, &layer.narrowed);
        }
    }

    fn dense(&self, rows: &[f32], dense: &Dense, to: &mut [f32], then: Then<'_>) {
        let weights = &dense.weights;
        self.path.product(Matrix::of(rows, weights.depth), weights, to, weights.columns, then);
    }

    fn pool(&self, rows: &[f32], texts: &[&[u32]]) -> Vec<Vec<f32>> {
        let hidden = self.shape.hidden;
        let mut rows = rows.chunks_exact(hidden);
        let sum = |text: &&[u32]| {
            let mut sum = vec![0.0; hidden];
            for row in rows.by_ref().take(text.len()) {
                sum.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
            }
            let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
            sum.iter_mut().for_each(|number| *number /= length);
            sum
        };
        texts.iter().map(sum).collect()
    }
}
