//! The JSON of `/embed` and `/info`.

use serde::Deserialize;
use serde_json::{Value, json};

/// The request's body: texts are cut where the model stops to read, and vectors have length one.
pub(super) fn body(texts: &[String]) -> Value {
    json!({ "inputs": texts, "truncate": true, "normalize": true })
}

/// One vector a text, in their order.
pub(super) type Reply = Vec<Vec<f32>>;

/// As much of what the server says of itself as is read.
#[derive(Debug, Deserialize)]
pub(super) struct Info {
    #[serde(default)]
    pub(super) model_id: String,
    /// How many tokens of a text it reads.
    pub(super) max_input_length: Option<usize>,
    /// The most texts of one call.
    pub(super) max_client_batch_size: Option<usize>,
}
