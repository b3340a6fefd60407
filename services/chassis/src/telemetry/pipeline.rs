use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, Sampler, SdkTracerProvider, Span, SpanData, SpanExporter, SpanProcessor,
};

use crate::telemetry::watched::Watched;
use crate::telemetry::{Error, TelemetryConfig};
use crate::trace::SpanIds;

/// The way of finished spans to each exporter: a bounded queue that drops what does not fit.
///
/// Shared, so that spans told from rows take the same way as those that ran here.
#[derive(Clone, Debug)]
pub(super) struct Pipeline(Arc<[BatchSpanProcessor]>);

/// A queue of its own, so that an exporter that is slow holds up no other.
pub(super) fn queue(
    exporter: impl SpanExporter + 'static,
    resource: &Resource,
) -> BatchSpanProcessor {
    let mut processor = BatchSpanProcessor::builder(Watched::new(exporter)).build();
    processor.set_resource(resource);
    processor
}

impl Pipeline {
    /// A way to these queues; `None` where there are none.
    pub(super) fn of(queues: Vec<BatchSpanProcessor>) -> Option<Self> {
        (!queues.is_empty()).then(|| Self(queues.into()))
    }

    pub(super) fn provider(&self, resource: Resource, sampler: Sampler) -> SdkTracerProvider {
        SdkTracerProvider::builder()
            .with_span_processor(self.clone())
            .with_sampler(sampler)
            .with_id_generator(SpanIds::default())
            .with_resource(resource)
            .build()
    }
}

impl SpanProcessor for Pipeline {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.0.iter().for_each(|queue| queue.on_start(span, context));
    }

    fn on_end(&self, span: SpanData) {
        let Some((last, others)) = self.0.split_last() else { return };
        others.iter().for_each(|queue| queue.on_end(span.clone()));
        last.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        let flushed: Vec<_> = self.0.iter().map(SpanProcessor::force_flush).collect();
        flushed.into_iter().collect()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        // A queue that nobody takes from must not use up the time of the other.
        let each = timeout / u32::try_from(self.0.len()).unwrap_or(u32::MAX).max(1);
        let stopped: Vec<_> =
            self.0.iter().map(|queue| queue.shutdown_with_timeout(each)).collect();
        stopped.into_iter().collect()
    }
}

/// Who we are: the name of the service, unless the standard variables say another, and what else they say.
pub(super) fn resource(environment: &BTreeMap<String, String>, service_name: &str) -> Resource {
    let attributes = environment.get("OTEL_RESOURCE_ATTRIBUTES").map_or("", String::as_str);
    let pairs = attributes.split(',').filter_map(|pair| pair.split_once('='));
    let attributes: BTreeMap<&str, String> = pairs
        .map(|(name, value)| (name.trim(), decode(value.trim())))
        .filter(|(name, _)| !name.is_empty())
        .collect();
    let name = environment.get("OTEL_SERVICE_NAME").or_else(|| attributes.get("service.name"));
    let name = name.map_or(service_name, String::as_str).to_owned();
    let attributes =
        attributes.into_iter().map(|(name, value)| KeyValue::new(name.to_owned(), value));
    Resource::builder_empty().with_attributes(attributes).with_service_name(name).build()
}

/// Which traces are recorded: the standard variable's word, else the configured share where no caller decided.
pub(super) fn sampler(config: &TelemetryConfig) -> Result<Sampler, Error> {
    let variable = |name: &str| config.environment.get(name).map(String::as_str);
    let ratio = || match variable("OTEL_TRACES_SAMPLER_ARG") {
        None => Ok(1.0),
        Some(text) => {
            text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio)).ok_or_else(|| {
                let what = "is not a number between 0 and 1".to_owned();
                Error::Variable { variable: "OTEL_TRACES_SAMPLER_ARG", what }
            })
        }
    };
    let by_parent = |root| Sampler::ParentBased(Box::new(root));
    Ok(match variable("OTEL_TRACES_SAMPLER") {
        None => by_parent(Sampler::TraceIdRatioBased(config.sample_ratio)),
        Some("always_on") => Sampler::AlwaysOn,
        Some("always_off") => Sampler::AlwaysOff,
        Some("traceidratio") => Sampler::TraceIdRatioBased(ratio()?),
        Some("parentbased_always_on") => by_parent(Sampler::AlwaysOn),
        Some("parentbased_always_off") => by_parent(Sampler::AlwaysOff),
        Some("parentbased_traceidratio") => by_parent(Sampler::TraceIdRatioBased(ratio()?)),
        Some(_) => {
            let what =
                "names no sampler that is known here; take parentbased_traceidratio".to_owned();
            return Err(Error::Variable { variable: "OTEL_TRACES_SAMPLER", what });
        }
    })
}

/// Undoes percent-encoding, which the standard variables use in values.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail.get(..2).filter(|_| *first == b'%');
        let byte = digits.and_then(|digits| hex::decode(digits).ok()?.first().copied());
        bytes.push(byte.unwrap_or(*first));
        rest = match byte {
            Some(_) => tail.get(2..).unwrap_or_default(),
            None => tail,
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
