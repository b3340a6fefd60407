//! `X-Amzn-SageMaker-Custom-Attributes`: the one header of a caller's that SageMaker passes on, and back.

use chassis::trace::TraceContext;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;

/// The header's name.
pub(crate) const CUSTOM_ATTRIBUTES: HeaderName =
    HeaderName::from_static("x-amzn-sagemaker-custom-attributes");
/// How long it may be.
const LONGEST: usize = 1024;

const TRACEPARENT: &str = "traceparent";
const TRACE_ID: &str = "trace_id";
const IDEMPOTENCY_KEY: &str = "idem";

/// What a caller wrote as `k=v;k=v`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes(Vec<(String, String)>);

impl Attributes {
    /// Reads the header; none is as good as an empty one.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, Error> {
        let mut lines = headers.get_all(CUSTOM_ATTRIBUTES).iter();
        let Some(line) = lines.next() else { return Ok(Self::default()) };
        if lines.next().is_some() {
            return Err(Error::InvalidAttributes("was sent twice"));
        }
        let is_visible = |byte: &u8| matches!(byte, b' '..=b'~');
        if !line.as_bytes().iter().all(is_visible) {
            return Err(Error::InvalidAttributes("holds something else than visible ASCII"));
        }
        if line.len() > LONGEST {
            return Err(Error::InvalidAttributes("is longer than 1024 characters"));
        }
        let text = line.to_str().unwrap_or_default();
        let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
        Ok(Self(pairs.map(|(k, v)| (k.trim().to_owned(), v.trim().to_owned())).collect()))
    }

    /// The traces that the caller names.
    pub(crate) fn traceparents(&self) -> impl Iterator<Item = &str> {
        self.values(TRACEPARENT)
    }

    /// The idempotency keys that the caller names.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.values(IDEMPOTENCY_KEY)
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
        let others = self.0.iter().filter(|(key, _)| key != TRACEPARENT && key != TRACE_ID);
        for (key, value) in others {
            if echo.len() + key.len() + value.len() + 2 <= LONGEST {
                echo.push_str(&format!(";{key}={value}"));
            }
        }
        HeaderValue::try_from(echo).ok()
    }

    fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}
