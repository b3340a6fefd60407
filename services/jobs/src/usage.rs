//! What a job's model calls consumed.
//!
//! As JSON it has the members that HTTP shows; so it lies in checkpoints.

use std::time::Duration;

use proto::common as pb;
use serde::{Deserialize, Serialize};

/// What some model calls consumed, summed up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
    pub search_units: u64,
    /// The price in US dollars; none where any call's price is unknown, 0 where there was no call.
    pub cost_usd: Option<f64>,
    /// Whether any figure was estimated because the provider did not report it.
    pub estimated: bool,
    /// The calls, in the order they were made.
    pub calls: Vec<Call>,
}

/// One call of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
    pub search_units: u64,
    /// The price in US dollars; none where it is unknown.
    pub cost_usd: Option<f64>,
    /// Whether any figure was estimated because the provider did not report it.
    pub estimated: bool,
    /// The provider's own id of the request, where it gave one.
    pub request_id: Option<String>,
}

impl Default for Usage {
    /// No call: nothing was consumed, and that is known to cost nothing.
    fn default() -> Self {
        Self {
            input_tokens: 0,
            output_tokens: 0,
            cached_tokens: 0,
            reasoning_tokens: 0,
            search_units: 0,
            cost_usd: Some(0.0),
            estimated: false,
            calls: Vec::new(),
        }
    }
}

impl Usage {
    /// Adds what a step consumed, and writes the step on its calls.
    ///
    /// A sum of prices of which one is unknown is unknown.
    pub fn merge(&mut self, step: &str, other: Self) {
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.cached_tokens = self.cached_tokens.saturating_add(other.cached_tokens);
        self.reasoning_tokens = self.reasoning_tokens.saturating_add(other.reasoning_tokens);
        self.search_units = self.search_units.saturating_add(other.search_units);
        self.cost_usd = self.cost_usd.zip(other.cost_usd).map(|(mine, more)| mine + more);
        self.estimated |= other.estimated;
        self.calls.extend(other.calls.into_iter().map(|call| call.of(step)));
    }
}

impl Call {
    /// The call as one of this step, where it does not say so yet.
    fn of(mut self, step: &str) -> Self {
        if self.step.is_empty() {
            step.clone_into(&mut self.step);
        }
        self
    }
}

impl From<pb::Usage> for Usage {
    fn from(usage: pb::Usage) -> Self {
        let is_nothing = usage == pb::Usage::default();
        Self {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cached_tokens: usage.cached_tokens,
            reasoning_tokens: usage.reasoning_tokens,
            search_units: usage.search_units,
            // A peer that tells of no call knows of no price either.
            cost_usd: price(usage.cost_usd).or_else(|| is_nothing.then_some(0.0)),
            estimated: usage.estimated,
            calls: usage.calls.into_iter().map(Call::from).collect(),
        }
    }
}

impl From<pb::Call> for Call {
    fn from(call: pb::Call) -> Self {
        let duration = call.duration.and_then(|duration| Duration::try_from(duration).ok());
        let millis = duration.unwrap_or_default().as_millis();
        Self {
            step: call.step,
            provider: call.provider,
            model: call.model,
            ms: u64::try_from(millis).unwrap_or(u64::MAX),
            input_tokens: call.input_tokens,
            output_tokens: call.output_tokens,
            cached_tokens: call.cached_tokens,
            reasoning_tokens: call.reasoning_tokens,
            search_units: call.search_units,
            cost_usd: price(call.cost_usd),
            estimated: call.estimated,
            request_id: Some(call.request_id).filter(|id| !id.is_empty()),
        }
    }
}

impl From<Usage> for pb::Usage {
    fn from(usage: Usage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cached_tokens: usage.cached_tokens,
            reasoning_tokens: usage.reasoning_tokens,
            search_units: usage.search_units,
            cost_usd: usage.cost_usd,
            estimated: usage.estimated,
            calls: usage.calls.into_iter().map(pb::Call::from).collect(),
        }
    }
}

impl From<Call> for pb::Call {
    fn from(call: Call) -> Self {
        Self {
            step: call.step,
            provider: call.provider,
            model: call.model,
            duration: Duration::from_millis(call.ms).try_into().ok(),
            input_tokens: call.input_tokens,
            output_tokens: call.output_tokens,
            cached_tokens: call.cached_tokens,
            reasoning_tokens: call.reasoning_tokens,
            search_units: call.search_units,
            cost_usd: call.cost_usd,
            estimated: call.estimated,
            request_id: call.request_id.unwrap_or_default(),
        }
    }
}

/// A price that is none, such as NaN, is unknown.
fn price(usd: Option<f64>) -> Option<f64> {
    usd.filter(|usd| usd.is_finite() && *usd >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(cost: Option<f64>, estimated: bool) -> Usage {
        let call = Call { provider: "openai".to_owned(), cost_usd: cost, ..Call::default() };
        let calls = vec![call];
        Usage {
            input_tokens: 10,
            output_tokens: 3,
            cost_usd: cost,
            estimated,
            calls,
            ..Usage::default()
        }
    }

    #[test]
    fn sums_are_known_while_every_price_is() {
        let mut sum = Usage::default();
        sum.merge("a", usage(Some(0.25), false));
        sum.merge("b", usage(Some(0.5), true));
        assert_eq!((sum.input_tokens, sum.output_tokens, sum.cost_usd), (20, 6, Some(0.75)));
        assert!(sum.estimated);
        let steps: Vec<&str> = sum.calls.iter().map(|call| call.step.as_str()).collect();
        assert_eq!(steps, ["a", "b"]);
        sum.merge("c", usage(None, false));
        sum.merge("d", usage(Some(1.0), false));
        assert_eq!(sum.cost_usd, None);
    }

    #[test]
    fn has_the_members_that_http_shows() {
        let mut sum = Usage::default();
        sum.merge("a", usage(None, true));
        let shown = proto::json::Usage::from(&pb::Usage::from(sum.clone()));
        assert_eq!(serde_json::to_value(&sum).unwrap(), serde_json::to_value(&shown).unwrap());
    }

    #[test]
    fn crosses_the_wire_and_the_store_unchanged() {
        let mut sum = Usage::default();
        sum.merge("a", usage(Some(0.5), false));
        sum.calls[0].ms = 1234;
        sum.calls[0].request_id = Some("req_1".to_owned());
        assert_eq!(Usage::from(pb::Usage::from(sum.clone())), sum);
        let stored = serde_json::to_string(&sum).unwrap();
        assert_eq!(serde_json::from_str::<Usage>(&stored).unwrap(), sum);
    }

    #[test]
    fn a_price_that_is_none_is_unknown() {
        for cost in [f64::NAN, f64::INFINITY, -1.0] {
            let told = pb::Usage { cost_usd: Some(cost), ..pb::Usage::default() };
            assert_eq!(Usage::from(told).cost_usd, None, "{cost}");
        }
    }
}
