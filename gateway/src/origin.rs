//! Which trace a request belongs to: the first valid one of the places where a caller can say so.

use chassis::telemetry::decide;
use chassis::trace::{TRACEPARENT, TRACESTATE, TraceContext};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::attributes::Attributes;

/// What load balancers add by themselves.
const AMAZON: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// The trace that a body names.
#[derive(Clone, Debug, Default)]
pub(crate) struct BodyTrace {
    /// The trace and its span above.
    pub(crate) traceparent: Option<String>,
    /// What vendors add to it.
    pub(crate) tracestate: Option<String>,
}

/// Finds the caller's trace.
pub(crate) fn find(
    headers: &HeaderMap,
    attributes: &Attributes,
    body: Option<&BodyTrace>,
) -> Option<TraceContext> {
    TraceContext::from_headers(headers)
        .or_else(|| attributes.traceparents().find_map(|parent| parent.parse().ok()))
        .or_else(|| body.and_then(BodyTrace::context))
        .or_else(|| headers.get(AMAZON)?.to_str().ok().and_then(amazon))
}

/// Makes the headers say what was found, and nothing else.
pub(crate) fn write(found: Option<&TraceContext>, headers: &mut HeaderMap) {
    headers.remove(TRACEPARENT);
    headers.remove(TRACESTATE);
    if let Some(context) = found {
        context.write(headers);
    }
}

impl BodyTrace {
    fn context(&self) -> Option<TraceContext> {
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT, HeaderValue::from_str(self.traceparent.as_deref()?).ok()?);
        let state = self.tracestate.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(state)) = state {
            headers.insert(TRACESTATE, state);
        }
        TraceContext::from_headers(&headers)
    }
}

/// Reads `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
fn amazon(text: &str) -> Option<TraceContext> {
    let pairs = || text.split(';').filter_map(|pair| pair.trim().split_once('='));
    let value = |name| pairs().find(|(key, _)| *key == name).map(|(_, value)| value);
    let (time, rest) = value("Root")?.strip_prefix("1-")?.split_once('-')?;
    // A load balancer names no span, and nothing stands above ours then.
    let parent = value("Parent").map_or_else(|| TraceContext::random().span_id(), str::to_owned);
    let flags = if value("Sampled") == Some("1") { "01" } else { "00" };
    let is_root = time.len() == 8 && rest.len() == 24;
    let context = format!("00-{time}{rest}-{parent}-{flags}").to_lowercase().parse().ok();
    let context: TraceContext = context.filter(|_| is_root)?;
    // What says neither yes nor no leaves it to us: a load balancer that does not sample, or `?`.
    Some(if matches!(value("Sampled"), Some("0" | "1")) { context } else { decide(context) })
}
