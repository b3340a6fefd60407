use std::sync::{Arc, Mutex, OnceLock};

use chassis::trace::TraceContext;
use opentelemetry::trace::{SpanKind, TracerProvider};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::world::soon;

/// Keeps the spans of this process; there is one, so a test looks for those of its own trace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<SpanData>>>);

impl Recorder {
    pub(crate) fn get() -> &'static Self {
        static ONCE: OnceLock<Recorder> = OnceLock::new();
        ONCE.get_or_init(|| {
            let recorder = Self::default();
            let provider = SdkTracerProvider::builder().with_simple_exporter(recorder.clone());
            let layer = tracing_opentelemetry::layer().with_tracer(provider.build().tracer("test"));
            let ours = FilterFn::new(|meta| meta.target().starts_with("chassis"));
            tracing_subscriber::registry().with(ours).with(layer).init();
            recorder
        })
    }

    /// The spans of this trace that have ended.
    pub(crate) fn of(&self, context: &TraceContext) -> Vec<SpanData> {
        let is_of =
            |span: &&SpanData| span.span_context.trace_id().to_string() == context.trace_id();
        self.0.lock().unwrap().iter().filter(is_of).cloned().collect()
    }

    /// The client's and the server's span of the one call in this trace, once both have ended.
    pub(crate) async fn both(&self, context: &TraceContext) -> [SpanData; 2] {
        let ended = async {
            loop {
                let mut spans = self.of(context);
                spans.sort_by_key(|span| span.span_kind == SpanKind::Server);
                if let Ok(both) = <[SpanData; 2]>::try_from(spans) {
                    return both;
                }
                tokio::task::yield_now().await;
            }
        };
        soon(ended).await
    }
}

impl SpanExporter for Recorder {
    async fn export(&self, mut spans: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().append(&mut spans);
        Ok(())
    }
}
