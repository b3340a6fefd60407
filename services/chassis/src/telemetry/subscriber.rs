use std::io::{IsTerminal, stderr};
use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::warn;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, registry};

use crate::metrics;
use crate::telemetry::filter::{is_exported, is_logged};
use crate::telemetry::lines::{Lines, Style};
use crate::telemetry::pipeline::{Pipeline, queue, resource, sampler};
use crate::telemetry::record::{SCOPE, emit_to};
use crate::telemetry::sampling::decide_by;
use crate::telemetry::{Error, Format, TelemetryConfig, export};

const SHUTDOWN: Duration = Duration::from_secs(5);

/// What logs and exports for this process, until it is shut down.
#[derive(Debug)]
#[must_use = "spans that are still queued are lost without `shutdown`"]
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
}

/// Begins to log, and to export where that is configured; once in a process, and within its runtime.
pub fn init(config: &TelemetryConfig, service_name: &str) -> Result<Telemetry, Error> {
    init_with::<SpanExporter>(config, service_name, None)
}

/// The same with an exporter that the process brings along, beside or instead of the configured one.
pub fn init_with<E: opentelemetry_sdk::trace::SpanExporter + 'static>(
    config: &TelemetryConfig,
    service_name: &str,
    other: Option<E>,
) -> Result<Telemetry, Error> {
    let sampler = sampler(config)?;
    if let Some(namespace) = &config.emf {
        metrics::tell_under(namespace);
    }
    let lines = Lines { writer: stderr, style: style(config) };
    // A span that only a log would see is not worth making.
    let events = filter_fn(is_logged);
    let logs = lines.with_filter(EnvFilter::new(&config.level).and(events));
    let resource = resource(&config.environment, service_name);
    let configured = export::exporter(config)?.map(|exporter| queue(exporter, &resource));
    let other = other.filter(|_| !export::is_disabled(config));
    let queues = configured.into_iter().chain(other.map(|exporter| queue(exporter, &resource)));
    let Some(pipeline) = Pipeline::of(queues.collect()) else {
        let begun = registry().with(logs).try_init();
        return begun.map(|()| Telemetry { provider: None }).map_err(|_| Error::Taken);
    };
    decide_by(sampler.clone());
    let provider = pipeline.provider(resource, sampler);
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer(SCOPE));
    let spans = spans.with_filter(filter_fn(is_exported));
    let begun = registry().with(logs).with(spans).try_init();
    begun.map_err(|_| Error::Taken)?;
    emit_to(pipeline);
    Ok(Telemetry { provider: Some(provider) })
}

impl Telemetry {
    /// Sends the spans that are still queued, for at most five seconds, and exports no more.
    pub async fn shutdown(self) {
        let Some(provider) = self.provider else { return };
        // It blocks, and a runtime with one thread has to go on meanwhile.
        let flushed =
            tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(SHUTDOWN)).await;
        if !matches!(flushed, Ok(Ok(()))) {
            warn!("spans that were still queued are lost: the exporter did not take them in time");
        }
    }
}

fn style(config: &TelemetryConfig) -> Style {
    let is_terminal = stderr().is_terminal();
    let is_text = match config.format {
        Format::Text => true,
        Format::Json => false,
        Format::Auto => is_terminal,
    };
    let is_coloured = is_terminal && !config.environment.contains_key("NO_COLOR");
    if is_text { Style::Text { is_coloured } } else { Style::Json }
}
