use serde::{Deserialize, Serialize};

use crate::common as pb;
use crate::json::{millis, said};

/// What a job's model calls consumed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Usage {
    /// Tokens read, cached ones included.
    pub input_tokens: u64,
    /// Tokens written, reasoning ones included.
    pub output_tokens: u64,
    /// Tokens read from the provider's cache, a part of `input_tokens`.
    pub cached_tokens: u64,
    /// Tokens spent on reasoning, a part of `output_tokens`.
    pub reasoning_tokens: u64,
    /// Searches, as providers of rerankers count them.
    #[serde(default)]
    pub search_units: u64,
    /// The price in US dollars; null where a price is unknown, never 0 for that.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub cost_usd: Option<f64>,
    /// Whether any figure was estimated because the provider did not report it.
    pub estimated: bool,
    /// The calls that the figures sum up, in the order they were made.
    pub calls: Vec<Call>,
}

/// One call of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Call {
    /// The flow's step that made the call.
    pub step: String,
    /// Who served it, such as `openai` or `local`.
    pub provider: String,
    /// The model that served it, as the provider names it.
    pub model: String,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// Tokens read, cached ones included.
    pub input_tokens: u64,
    /// Tokens written, reasoning ones included.
    pub output_tokens: u64,
    /// Tokens read from the provider's cache, a part of `input_tokens`.
    pub cached_tokens: u64,
    /// Tokens spent on reasoning, a part of `output_tokens`.
    pub reasoning_tokens: u64,
    /// Searches, as providers of rerankers count them.
    #[serde(default)]
    pub search_units: u64,
    /// The price in US dollars; null where it is unknown.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub cost_usd: Option<f64>,
    /// Whether any figure was estimated because the provider did not report it.
    pub estimated: bool,
    /// The provider's own id of the request; null where it gave none.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub request_id: Option<String>,
}

impl From<&pb::Usage> for Usage {
    fn from(usage: &pb::Usage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cached_tokens: usage.cached_tokens,
            reasoning_tokens: usage.reasoning_tokens,
            search_units: usage.search_units,
            cost_usd: usage.cost_usd,
            estimated: usage.estimated,
            calls: usage.calls.iter().map(Call::from).collect(),
        }
    }
}

impl From<&pb::Call> for Call {
    fn from(call: &pb::Call) -> Self {
        Self {
            step: call.step.clone(),
            provider: call.provider.clone(),
            model: call.model.clone(),
            ms: millis(call.duration.as_ref()),
            input_tokens: call.input_tokens,
            output_tokens: call.output_tokens,
            cached_tokens: call.cached_tokens,
            reasoning_tokens: call.reasoning_tokens,
            search_units: call.search_units,
            cost_usd: call.cost_usd,
            estimated: call.estimated,
            request_id: said(&call.request_id),
        }
    }
}
