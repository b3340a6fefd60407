use proto::generation::generate_request::Prompt;
use proto::generation::{Citation, FinishReason, GenerateRequest, GenerateResponse, Template};
use serde_json::{Value, json};

use crate::flow::{Generate, Schema, View};
use crate::run::passage::{self, Passage};
use crate::run::{Outcome, Peers, StepError, markers};
use crate::usage::Usage;

const HOP: &str = "generation";
/// What strangers wrote, so that generation fences it in the prompt.
const UNTRUSTED: &str = "input";

/// Writes a text from the prompt and the passages, or the object that the schema asks for.
pub(super) async fn run(
    peers: &Peers,
    flow: &str,
    id: &str,
    generate: &Generate,
    view: View<'_>,
) -> Result<Outcome, StepError> {
    let passages = match &generate.passages {
        Some(source) => passage::of_step(view, source)?,
        None => Vec::new(),
    };
    let request = request(flow, generate, &passages, view)?;
    let answer = peers.generation.clone().generate(request).await;
    let mut answer = answer.map_err(|status| StepError::of(HOP, &status))?.into_inner();

    let mut usage = Usage::default();
    usage.merge(id, answer.usage.take().unwrap_or_default().into());
    let degraded = std::mem::take(&mut answer.degraded);
    let cut = cut(id, answer.finish_reason());
    let value = match &generate.schema {
        Some(schema) => object(id, schema, &answer.text)?,
        None => text(answer, &passages),
    };
    Ok(Outcome { usage, ..Outcome::of(value) }.degraded(degraded).degraded(cut))
}

fn request(
    flow: &str,
    generate: &Generate,
    passages: &[Passage],
    view: View<'_>,
) -> Result<GenerateRequest, StepError> {
    let prompt = &generate.prompt;
    let template = Template {
        system: prompt.system.clone(),
        user: prompt.user.clone(),
        name: format!("{flow}/{}", prompt.name),
    };
    let model = generate.model.eval(view)?;
    let model = model.as_str().ok_or_else(|| {
        StepError::invalid("invalid_model", "`model` came out as something that is no text")
    })?;
    let fallback = generate.fallback.as_ref().map(|fallback| fallback.eval(view)).transpose()?;
    Ok(GenerateRequest {
        prompt: Some(Prompt::Template(template)),
        variables_json: json_text(&view.only(&prompt.names))?,
        passages: passages.iter().cloned().map(Into::into).collect(),
        model: model.to_owned(),
        schema_json: generate
            .schema
            .as_ref()
            .map(|schema| schema.text().to_owned())
            .unwrap_or_default(),
        fallback_json: fallback.map(|fallback| fallback.to_string()).unwrap_or_default(),
        max_output_tokens: generate.max_output_tokens,
        temperature: generate.temperature,
        untrusted: vec![UNTRUSTED.to_owned()],
        ..GenerateRequest::default()
    })
}

fn json_text(variables: &impl serde::Serialize) -> Result<String, StepError> {
    serde_json::to_string(variables)
        .map_err(|error| StepError::broken("jobs", format!("the variables are no JSON: {error}")))
}

/// The object that the schema asks for; nothing else may become a checkpoint.
fn object(id: &str, schema: &Schema, text: &str) -> Result<Value, StepError> {
    let value = serde_json::from_str::<Value>(text).ok();
    let fitting = value.filter(|value| value.is_object() && schema.fits(value));
    fitting.ok_or_else(|| {
        StepError::broken(HOP, format!("the answer of step `{id}` does not fit its schema"))
    })
}

fn text(answer: GenerateResponse, passages: &[Passage]) -> Value {
    let citation = |citation: Citation| {
        json!({
            "marker": citation.marker,
            "document_id": citation.document_id,
            "quote": citation.quote,
        })
    };
    json!({
        "text": answer.text,
        "citations": answer.citations.into_iter().map(citation).collect::<Vec<_>>(),
        "provider": answer.provider,
        "model": answer.model,
        "passages": passages.iter().enumerate().map(numbered).collect::<Vec<_>>(),
    })
}

/// A passage with the marker that cites it.
fn numbered((index, passage): (usize, &Passage)) -> Value {
    let mut value = passage::to_value(passage);
    if let Some(members) = value.as_object_mut() {
        members.insert("marker".to_owned(), markers::marker(index + 1).into());
    }
    value
}

/// What to say of a text that ended before it was complete.
fn cut(id: &str, reason: FinishReason) -> Option<String> {
    match reason {
        FinishReason::Unspecified | FinishReason::Stop => None,
        FinishReason::Length => Some(format!("{id}: the text was cut at its token limit")),
        FinishReason::Filter => Some(format!("{id}: the provider's filter ended the text")),
    }
}
