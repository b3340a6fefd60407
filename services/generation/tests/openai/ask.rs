//! Short ways to say what to write.

use chassis::failure::Problem;
use futures_util::StreamExt;
use proto::common::Passage;
use proto::generation::generate_stream_response::Event;
use proto::generation::{
    GenerateRequest, GenerateResponse, GenerateStreamRequest, Message, Messages, Part, Role,
    Template, generate_request, generate_stream_request, part,
};
use tonic::Status;

use crate::fake::{Client, within};

pub(crate) const SCHEMA: &str = r#"{
    "type": "object", "additionalProperties": false, "required": ["skills"],
    "properties": { "skills": { "type": "array", "items": { "type": "string" } } }
}"#;

/// A user's message as it is.
pub(crate) fn message(text: &str) -> GenerateRequest {
    let part = Part { kind: Some(part::Kind::Text(text.into())) };
    let message = Message { role: Role::User.into(), parts: vec![part] };
    let messages = Messages { messages: vec![message] };
    GenerateRequest {
        prompt: Some(generate_request::Prompt::Messages(messages)),
        ..Default::default()
    }
}

/// A template with its variables.
pub(crate) fn template(system: &str, user: &str, variables: &str) -> GenerateRequest {
    let template =
        Template { system: system.into(), user: user.into(), name: "flow/write.md".into() };
    GenerateRequest {
        prompt: Some(generate_request::Prompt::Template(template)),
        variables_json: variables.into(),
        ..Default::default()
    }
}

pub(crate) fn passage(id: &str, title: &str, text: &str) -> Passage {
    Passage {
        document_id: id.into(),
        chunk_id: format!("{id}#1"),
        title: title.into(),
        text: text.into(),
        score: 0.5,
        ..Default::default()
    }
}

/// Asks for the whole text.
pub(crate) async fn generate(
    mut client: Client,
    request: GenerateRequest,
) -> Result<GenerateResponse, Status> {
    within(client.generate(request)).await.map(tonic::Response::into_inner)
}

/// Asks for a stream, and reads it to its end: the pieces, and the whole or the failure.
pub(crate) async fn stream(
    mut client: Client,
    request: GenerateRequest,
) -> (Vec<String>, Result<GenerateResponse, Status>) {
    let mut deltas = Vec::new();
    let mut answer = match within(client.generate_stream(streamed(request))).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return (deltas, Err(status)),
    };
    let mut done = Err(Status::unknown("the stream ended without an answer"));
    while let Some(event) = within(answer.next()).await {
        match event.map(|event| event.event.unwrap()) {
            Ok(Event::Delta(text)) => deltas.push(text),
            Ok(Event::Done(answer)) => done = Ok(answer),
            Err(status) => done = Err(status),
        }
    }
    (deltas, done)
}

/// The same request for a stream.
pub(crate) fn streamed(request: GenerateRequest) -> GenerateStreamRequest {
    let prompt = request.prompt.map(|prompt| match prompt {
        generate_request::Prompt::Template(template) => {
            generate_stream_request::Prompt::Template(template)
        }
        generate_request::Prompt::Messages(messages) => {
            generate_stream_request::Prompt::Messages(messages)
        }
    });
    GenerateStreamRequest {
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

/// The code of a failure in the words of the HTTP interface, and the path that it names first.
pub(crate) fn problem(status: &Status) -> (String, String) {
    let Problem { code, errors, .. } = Problem::of(status);
    (code, errors.into_iter().next().map(|error| error.path).unwrap_or_default())
}
