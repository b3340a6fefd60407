use serde::Serialize;
use utoipa::ToSchema;

/// Vectors, as OpenAI's clients read them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EmbeddingList {
    /// Always `list`.
    #[schema(example = "list")]
    pub(crate) object: &'static str,
    /// A vector for each text, in the order of the texts.
    pub(crate) data: Vec<Embedding>,
    /// The model that made them.
    pub(crate) model: String,
    /// What it consumed.
    pub(crate) usage: EmbeddingUsage,
}

/// One vector.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Embedding {
    /// Always `embedding`.
    #[schema(example = "embedding")]
    pub(crate) object: &'static str,
    /// The place of its text.
    pub(crate) index: usize,
    /// Its numbers.
    pub(crate) embedding: Numbers,
}

/// The numbers of a vector of length one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EmbeddingNumbers)]
#[serde(untagged)]
pub(crate) enum Numbers {
    /// A list.
    Float(Vec<f32>),
    /// Base64 of 32-bit floats, little-endian.
    Base64(String),
}

/// What was read; 0 of texts whose vectors were known.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EmbeddingUsage {
    /// Tokens of the texts.
    pub(crate) prompt_tokens: u64,
    /// The same.
    pub(crate) total_tokens: u64,
}
