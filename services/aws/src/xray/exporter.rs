use std::sync::Arc;
use std::time::Duration;

use opentelemetry_aws::xray_exporter::SegmentTranslator;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::runtime::Handle;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use crate::Session;
use crate::xray::document::{document, translator};
use crate::xray::drops::Drops;
use crate::xray::normalise::described;
use crate::xray::sender::{Lost, Sender};

/// Sends spans to X-Ray by PutTraceSegments, each as one document, and without spans or logs of its own calls.
#[derive(Debug)]
pub struct XrayExporter {
    translator: SegmentTranslator,
    sender: Sender,
    drops: Drops,
    // The pipeline's own thread stands outside the runtime.
    runtime: Handle,
}

impl XrayExporter {
    /// An exporter whose calls run on `runtime`; it looks for region and credentials at its first call.
    pub fn new(session: Arc<Session>, runtime: Handle) -> Self {
        let (translator, drops) = (translator(), Drops::default());
        Self { translator, sender: Sender::new(session), drops, runtime }
    }
}

impl SpanExporter for XrayExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let documents = batch.into_iter().filter_map(|span| document(&self.translator, span));
        let documents: Vec<String> = documents.collect();
        let count = documents.len();
        self.drops.add(spans - count, "they cannot be told in 64 KiB, or have no ids");
        let sender = self.sender.clone();
        let send = async move { sender.send(documents).await };
        let sent = self.runtime.spawn(send.with_subscriber(NoSubscriber::new())).await;
        let stopped = |_| Lost { spans: count, why: "the process is stopping".to_owned() };
        let lost = sent.unwrap_or_else(stopped);
        self.drops.add(lost.spans, &lost.why);
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        self.drops.tell();
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.translator.set_resource(&described(resource));
    }
}
