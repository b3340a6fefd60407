//! `X-Amzn-SageMaker-Custom-Attributes`: the one header of a caller's that SageMaker passes on, and back.
//!
//! Written as `k=v;k=v`. Nothing in it fails a request: what is not written so, is no visible ASCII
//! or lies beyond 1024 characters is not read, and a credential or a tenant in it is not believed.

use chassis::trace::TraceContext;
use http::{HeaderMap, HeaderName, HeaderValue};

/// The header's name.
pub(crate) const CUSTOM_ATTRIBUTES: HeaderName =
    HeaderName::from_static("x-amzn-sagemaker-custom-attributes");
/// How long it may be.
const LONGEST: usize = 1024;

const TRACEPARENT: &str = "traceparent";
const TRACE_ID: &str = "trace_id";
const IDEMPOTENCY_KEY: &str = "idem";
/// What does not go back: the trace is told anew, and a credential is repeated nowhere.
const UNREPEATED: [&str; 3] = [TRACEPARENT, TRACE_ID, "key"];

/// What a caller wrote.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    pairs: Vec<(String, String)>,
    is_cut: bool,
}

impl Attributes {
    /// Reads the header; several are one.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let lines: Vec<_> =
            headers.get_all(CUSTOM_ATTRIBUTES).iter().map(HeaderValue::as_bytes).collect();
        let sent = lines.join(&b';');
        let pairs = readable(&sent).split(|byte| *byte == b';').filter_map(pair).collect();
        Self { pairs, is_cut: sent.len() > LONGEST }
    }

    /// The traces that the caller names.
    pub(crate) fn traceparents(&self) -> impl Iterator<Item = &str> {
        self.values(TRACEPARENT)
    }

    /// The idempotency keys that the caller names; an empty one is what an empty expression becomes.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.values(IDEMPOTENCY_KEY).filter(|key| !key.is_empty())
    }

    /// What the caller should know of them.
    pub(crate) fn warnings(&self) -> Option<String> {
        let told = "X-Amzn-SageMaker-Custom-Attributes: longer than 1024 characters; what lies beyond is not read";
        self.is_cut.then(|| told.to_owned())
    }

    /// What goes back: the trace first, then what came in, as far as there is room.
    pub(crate) fn echo(
        &self,
        trace_id: &str,
        current: Option<&TraceContext>,
    ) -> Option<HeaderValue> {
        let mut echo = format!("{TRACE_ID}={trace_id}");
        // The answer to a repeated request tells of the first one's trace, in which no span is ours.
        if let Some(context) = current.filter(|context| context.trace_id() == trace_id) {
            echo = format!("{TRACEPARENT}={context};{echo}");
        }
        let others = self.pairs.iter().filter(|(key, _)| !UNREPEATED.contains(&key.as_str()));
        for (key, value) in others {
            if echo.len() + key.len() + value.len() + 2 <= LONGEST {
                echo.push_str(&format!(";{key}={value}"));
            }
        }
        HeaderValue::try_from(echo).ok()
    }

    fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// The pairs that lie within the longest header; half a pair would be another one.
fn readable(sent: &[u8]) -> &[u8] {
    let Some(head) = sent.get(..=LONGEST) else { return sent };
    let end = head.iter().rposition(|byte| *byte == b';').unwrap_or_default();
    &sent[..end]
}

fn pair(text: &[u8]) -> Option<(String, String)> {
    let is_visible = |byte: &u8| matches!(byte, b' '..=b'~');
    let text = str::from_utf8(text).ok().filter(|text| text.as_bytes().iter().all(is_visible))?;
    let (key, value) = text.split_once('=')?;
    let key = key.trim();
    (!key.is_empty()).then(|| (key.to_owned(), value.trim().to_owned()))
}
