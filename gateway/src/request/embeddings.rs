use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::json::{Fields, INVALID_REQUEST};
use crate::request::RequestBody;

const MOST_DIMENSIONS: i32 = 16_000;

/// What to make vectors of, as OpenAI's clients ask for it.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct Embeddings {
    /// The model: its name, or that of its settings, such as `openai`; `default` means the one that embeds new collections.
    #[schema(default = "default")]
    pub(crate) model: Option<String>,
    /// A text, or up to 256 of them, each up to 32,000 characters and not blank. Tokens are refused: send the text.
    #[schema(required = true, value_type = Input)]
    pub(crate) input: Vec<String>,
    /// How the numbers are written; `float` where it is absent.
    #[schema(inline)]
    pub(crate) encoding_format: Option<Encoding>,
    /// How many numbers each vector must have; another length than the model makes is refused.
    #[schema(minimum = 1, maximum = 16_000)]
    pub(crate) dimensions: Option<i32>,
    /// What the texts are, for models that treat the two differently; `passage` where it is absent.
    #[schema(inline)]
    pub(crate) input_type: Option<InputType>,
}

/// A text, or several.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read by hand, and only described here")]
#[schema(as = EmbeddingInput)]
#[serde(untagged)]
enum Input {
    One(String),
    Several(Vec<String>),
}

/// How the numbers of a vector are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Encoding {
    /// A list of numbers.
    Float,
    /// Base64 of 32-bit floats, little-endian.
    Base64,
}

/// What texts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InputType {
    /// They are searched for.
    Query,
    /// They are found.
    Passage,
}

impl RequestBody for Embeddings {
    const KNOWN: &'static str = "model, input, encoding_format, dimensions, input_type, user";

    fn read(fields: &mut Fields<'_>) -> Self {
        // Clients send it, and it is of no use here.
        fields.text("user");
        Self {
            model: fields.text("model"),
            input: input(fields),
            encoding_format: choice(
                fields,
                "encoding_format",
                [("float", Encoding::Float), ("base64", Encoding::Base64)],
            ),
            dimensions: fields.integer("dimensions", 1..=MOST_DIMENSIONS, INVALID_REQUEST),
            input_type: choice(
                fields,
                "input_type",
                [("query", InputType::Query), ("passage", InputType::Passage)],
            ),
        }
    }
}

fn input(fields: &mut Fields<'_>) -> Vec<String> {
    let value = fields.raw("input").and_then(|raw| serde_json::from_str(raw).ok());
    let refused = match value {
        Some(Value::String(text)) => return vec![text],
        Some(Value::Array(items)) if items.iter().any(is_token) => {
            "holds tokens, and each model here has its own: send the text itself"
        }
        Some(Value::Array(items)) => {
            let count = items.len();
            let text = |item| if let Value::String(text) = item { Some(text) } else { None };
            let texts: Vec<String> = items.into_iter().filter_map(text).collect();
            if texts.len() == count {
                return texts;
            }
            "must hold texts and nothing else"
        }
        Some(_) | None => "must be a text or a list of texts",
    };
    fields.refuse(INVALID_REQUEST, "input", refused);
    Vec::new()
}

/// Whether an item is a token, or a list of them.
fn is_token(item: &Value) -> bool {
    let is_list = |items: &Vec<Value>| items.iter().all(Value::is_number);
    item.is_number() || item.as_array().is_some_and(is_list)
}

fn choice<T: Copy>(fields: &mut Fields<'_>, name: &str, known: [(&str, T); 2]) -> Option<T> {
    let text = fields.text(name)?;
    let found = known.iter().find(|(known, _)| *known == text);
    if found.is_none() {
        let names = known.map(|(name, _)| name).join(" or ");
        fields.refuse(INVALID_REQUEST, name, format!("must be {names}"));
    }
    found.map(|(_, choice)| *choice)
}
