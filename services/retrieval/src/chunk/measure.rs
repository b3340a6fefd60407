use crate::embed::{Embedder, estimate};

/// What the size of a chunk is counted in.
#[derive(Clone, Copy)]
pub(crate) enum Measure<'m> {
    /// Characters.
    Characters,
    /// Tokens, as they are estimated where no model counts its own.
    Estimate,
    /// Tokens of the model that reads the chunks.
    Model(&'m dyn Embedder),
}

impl Measure<'_> {
    /// How long a text is.
    pub(crate) fn of(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Estimate => estimate(text),
            Self::Model(model) => model.tokens(text),
        }
    }
}
