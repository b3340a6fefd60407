use proto::common as pb;
use proto::generation::{self as rpc, generate_request, generate_stream_request, part};
use serde_json::{Map, Value};

use crate::{Error, Message, Parameters, Passage, Prompt, Request, Role};

/// The same request, asked for in one piece.
pub(super) fn whole(request: rpc::GenerateStreamRequest) -> rpc::GenerateRequest {
    use generate_request::Prompt as To;
    use generate_stream_request::Prompt as From;
    let prompt = request.prompt.map(|prompt| match prompt {
        From::Template(template) => To::Template(template),
        From::Messages(messages) => To::Messages(messages),
    });
    rpc::GenerateRequest {
        prompt,
        variables_json: request.variables_json,
        passages: request.passages,
        model: request.model,
        schema_json: request.schema_json,
        fallback_json: request.fallback_json,
        max_output_tokens: request.max_output_tokens,
        temperature: request.temperature,
        stop: request.stop,
        seed: request.seed,
        untrusted: request.untrusted,
    }
}

/// Reads what came over the wire.
pub(super) fn read(request: rpc::GenerateRequest) -> Result<Request, Error> {
    let given = |text: String| (!text.is_empty()).then_some(text);
    Ok(Request {
        prompt: prompt(request.prompt)?,
        variables: variables(&request.variables_json)?,
        passages: request.passages.into_iter().map(passage).collect(),
        model: request.model,
        schema: given(request.schema_json),
        fallback: given(request.fallback_json),
        parameters: Parameters {
            max_output_tokens: max_output_tokens(request.max_output_tokens)?,
            temperature: request.temperature,
            stop: request.stop,
            seed: request.seed,
        },
        untrusted: request.untrusted,
    })
}

fn prompt(prompt: Option<generate_request::Prompt>) -> Result<Prompt, Error> {
    match prompt {
        None => Err(Error::NoPrompt),
        Some(generate_request::Prompt::Template(rpc::Template { system, user, name })) => {
            Ok(Prompt::Template { name, system, user })
        }
        Some(generate_request::Prompt::Messages(rpc::Messages { messages })) => {
            let messages = messages.into_iter().enumerate().map(message);
            Ok(Prompt::Messages(messages.collect::<Result<_, _>>()?))
        }
    }
}

fn message((index, message): (usize, rpc::Message)) -> Result<Message, Error> {
    let path = format!("messages.messages[{index}]");
    let role = match rpc::Role::try_from(message.role) {
        Ok(rpc::Role::System) => Role::System,
        Ok(rpc::Role::User) => Role::User,
        Ok(rpc::Role::Assistant) => Role::Assistant,
        Ok(rpc::Role::Unspecified) | Err(_) => {
            return Err(Error::UnknownRole { path: format!("{path}.role") });
        }
    };
    let parts = message.parts.into_iter().map(|part| match part.kind {
        Some(part::Kind::Text(text)) => Ok(text),
        None => Err(Error::parameter(&format!("{path}.parts"), "hold a part that is no text")),
    });
    Ok(Message { role, text: parts.collect::<Result<_, _>>()? })
}

fn variables(json: &str) -> Result<Map<String, Value>, Error> {
    if json.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_str(json) {
        Ok(Value::Object(variables)) => Ok(variables),
        Ok(_) => Err(Error::InvalidVariables("are no JSON object".to_owned())),
        Err(error) => Err(Error::InvalidVariables(format!("are no JSON: {error}"))),
    }
}

fn max_output_tokens(tokens: i32) -> Result<Option<u32>, Error> {
    let refused = |_| Error::parameter("max_output_tokens", "is negative");
    u32::try_from(tokens).map(|tokens| (tokens > 0).then_some(tokens)).map_err(refused)
}

fn passage(passage: pb::Passage) -> Passage {
    let pb::Passage { document_id, chunk_id, title, text, score, .. } = passage;
    // A score is only shown, and JSON has no other numbers.
    let score = if score.is_finite() { score } else { 0.0 };
    Passage { document_id, chunk_id, title, text, score }
}
