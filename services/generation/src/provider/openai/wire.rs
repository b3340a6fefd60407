//! The JSON of chat completions: what is sent, and as much of an answer as is read.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::provider::Call;
use crate::{Role, Tokens};

/// The request's body.
pub(super) fn body(call: &Call, limit_parameter: &str, is_stream: bool) -> Value {
    let message =
        |message: &crate::Message| json!({ "role": role(message.role), "content": message.text });
    let messages: Vec<_> = call.messages.iter().map(message).collect();
    let mut body = json!({ "model": call.model, "messages": messages });
    let parameters = &call.parameters;
    let optional = [
        (limit_parameter, parameters.max_output_tokens.map(Value::from)),
        ("temperature", parameters.temperature.map(Value::from)),
        ("seed", parameters.seed.map(Value::from)),
        ("stop", (!parameters.stop.is_empty()).then(|| json!(parameters.stop))),
        ("response_format", call.schema.as_ref().map(|schema| {
            // What the provider cannot enforce is checked here all the same.
            let format = json!({ "name": "answer", "strict": schema.is_strict(), "schema": schema.json() });
            json!({ "type": "json_schema", "json_schema": format })
        })),
        ("stream", is_stream.then(|| json!(true))),
        ("stream_options", is_stream.then(|| json!({ "include_usage": true }))),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            body[name] = value;
        }
    }
    body
}

fn role(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// A completion, or a chunk of one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reply {
    pub(super) model: Option<String>,
    pub(super) choices: Option<Vec<Choice>>,
    pub(super) usage: Option<Usage>,
    pub(super) error: Option<Problem>,
}

/// One answer; there is only one, since only one is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    #[serde(alias = "delta")]
    pub(super) message: Option<Said>,
    pub(super) finish_reason: Option<String>,
}

/// What the model said, or the next piece of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    pub(super) content: Option<Content>,
    pub(super) refusal: Option<String>,
    pub(super) tool_calls: Option<Vec<IgnoredAny>>,
}

/// A text, or parts of one as some servers send it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Parts(Vec<Part>),
}

/// A part of a text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    text: Option<String>,
}

impl Content {
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().filter_map(|part| part.text).collect(),
        }
    }
}

/// What the provider counted.
#[derive(Debug, Deserialize)]
pub(super) struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<Details>,
    completion_tokens_details: Option<Details>,
}

/// What the provider counted more closely.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Details {
    cached_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

impl Usage {
    /// The tokens; none where one of the two counts is missing.
    pub(super) fn tokens(&self) -> Option<Tokens> {
        let cached = self.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens);
        let reasoning =
            self.completion_tokens_details.as_ref().and_then(|details| details.reasoning_tokens);
        Some(Tokens {
            input: self.prompt_tokens?,
            output: self.completion_tokens?,
            cached: cached.unwrap_or_default(),
            reasoning: reasoning.unwrap_or_default(),
        })
    }
}

/// What an error says of itself. Its message is not read: some servers quote the prompt in it, or the key.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub(super) code: Value,
    pub(super) r#type: Value,
    pub(super) param: Value,
}
