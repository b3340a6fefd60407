use proto::common as pb;
use proto::generation::{self as rpc, generate_stream_response};

use crate::{Answer, Citation, Event, Finish, Tokens, Usage};

impl From<Answer> for rpc::GenerateResponse {
    fn from(answer: Answer) -> Self {
        let Answer { text, citations, finish, calls, degraded, warnings } = answer;
        let (provider, model) = match calls.last() {
            Some(last) => (last.provider.to_owned(), last.model.clone()),
            None => Default::default(),
        };
        Self {
            text,
            citations: citations.into_iter().map(rpc::Citation::from).collect(),
            provider,
            model,
            finish_reason: rpc::FinishReason::from(finish).into(),
            usage: Some(usage(calls)),
            degraded,
            warnings,
        }
    }
}

impl From<Event> for rpc::GenerateStreamResponse {
    fn from(event: Event) -> Self {
        let event = match event {
            Event::Delta(text) => generate_stream_response::Event::Delta(text),
            Event::Done(answer) => generate_stream_response::Event::Done((*answer).into()),
        };
        Self { event: Some(event) }
    }
}

impl From<Citation> for rpc::Citation {
    fn from(citation: Citation) -> Self {
        let Citation { marker, document_id, chunk_id, quote } = citation;
        Self { marker, document_id, chunk_id, quote }
    }
}

impl From<Finish> for rpc::FinishReason {
    fn from(finish: Finish) -> Self {
        match finish {
            Finish::Stop => Self::Stop,
            Finish::Length => Self::Length,
            Finish::Filter => Self::Filter,
        }
    }
}

/// The sum of some calls; a sum of prices of which one is unknown is unknown.
fn usage(calls: Vec<Usage>) -> pb::Usage {
    let sum = |count: fn(&Tokens) -> u64| calls.iter().map(|call| count(&call.tokens)).sum();
    pb::Usage {
        input_tokens: sum(|tokens| tokens.input),
        output_tokens: sum(|tokens| tokens.output),
        cached_tokens: sum(|tokens| tokens.cached),
        reasoning_tokens: sum(|tokens| tokens.reasoning),
        cost_usd: calls.iter().map(|call| call.cost_usd).sum(),
        estimated: calls.iter().any(|call| call.is_estimated),
        calls: calls.into_iter().map(pb::Call::from).collect(),
        search_units: 0,
    }
}

impl From<Usage> for pb::Call {
    fn from(usage: Usage) -> Self {
        let tokens = usage.tokens;
        Self {
            step: String::new(),
            provider: usage.provider.to_owned(),
            model: usage.model,
            duration: prost_types::Duration::try_from(usage.duration).ok(),
            input_tokens: tokens.input,
            output_tokens: tokens.output,
            cached_tokens: tokens.cached,
            reasoning_tokens: tokens.reasoning,
            cost_usd: usage.cost_usd,
            estimated: usage.is_estimated,
            request_id: usage.request_id,
            search_units: 0,
        }
    }
}
