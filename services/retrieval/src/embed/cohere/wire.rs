//! The JSON of Cohere's embeddings: what is sent, and as much of an answer as is read.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::Cohere;
use crate::embed::Purpose;
use crate::embed::remote::Answered;

/// The request's body.
pub(super) fn body(config: &Cohere, texts: &[String], purpose: Purpose) -> Value {
    let mut body = json!({
        "model": config.model,
        "texts": texts,
        "input_type": input_type(purpose),
        "embedding_types": ["float"],
        "truncate": "END",
    });
    if let Some(dimensions) = config.asked() {
        body["output_dimension"] = dimensions.into();
    }
    body
}

/// What it calls queries and passages.
fn input_type(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Query => "search_query",
        Purpose::Passage => "search_document",
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Reply {
    embeddings: Embeddings,
    #[serde(default)]
    meta: Option<Meta>,
}

#[derive(Debug, Deserialize)]
struct Embeddings {
    float: Vec<Vec<f32>>,
}

#[derive(Debug, Deserialize)]
struct Meta {
    billed_units: Option<Billed>,
}

#[derive(Debug, Deserialize)]
struct Billed {
    /// Some servers write it as a number with a fraction.
    input_tokens: Option<f64>,
}

impl Reply {
    pub(super) fn answered(self) -> Answered {
        let billed = self.meta.and_then(|meta| meta.billed_units?.input_tokens);
        Answered {
            vectors: self.embeddings.float,
            tokens: billed.map(|tokens| tokens as u64),
            model: None,
        }
    }
}
