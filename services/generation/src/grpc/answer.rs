use proto::common as pb;
use proto::generation::{self as rpc, generate_stream_response};

use crate::{Answer, Citation, Event, Finish, Usage};

impl From<Answer> for rpc::GenerateResponse {
    fn from(answer: Answer) -> Self {
        let Answer { text, citations, finish, usage, degraded, warnings } = answer;
        Self {
            text,
            citations: citations.into_iter().map(rpc::Citation::from).collect(),
            provider: usage.provider.to_owned(),
            model: usage.model.clone(),
            finish_reason: rpc::FinishReason::from(finish).into(),
            usage: Some(usage.into()),
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

impl From<Usage> for pb::Usage {
    fn from(usage: Usage) -> Self {
        let tokens = usage.tokens;
        let call = pb::Call {
            step: String::new(),
            provider: usage.provider.to_owned(),
            model: usage.model,
            duration: prost_types::Duration::try_from(usage.duration).ok(),
            input_tokens: tokens.input,
            output_tokens: tokens.output,
            cached_tokens: tokens.cached,
            reasoning_tokens: tokens.reasoning,
            search_units: 0,
            cost_usd: usage.cost_usd,
            estimated: usage.is_estimated,
            request_id: usage.request_id,
        };
        Self {
            input_tokens: tokens.input,
            output_tokens: tokens.output,
            cached_tokens: tokens.cached,
            reasoning_tokens: tokens.reasoning,
            search_units: 0,
            cost_usd: usage.cost_usd,
            estimated: usage.is_estimated,
            calls: vec![call],
        }
    }
}
