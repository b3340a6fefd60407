//! Logs, and spans that leave by OTLP or by an exporter that the process brings along.
//!
//! What is exported does not hang on what is logged, and neither on what the trace's context says:
//! that travels by itself, see [`trace`](crate::trace).

mod config;
mod error;
mod export;
mod fields;
mod filter;
mod lines;
mod pipeline;
mod record;
mod sampling;
mod subscriber;
mod watched;

pub use crate::telemetry::config::{Exporter, Format, TelemetryConfig};
pub use crate::telemetry::error::Error;
pub use crate::telemetry::record::{SpanRecord, emit};
pub use crate::telemetry::sampling::decide;
pub use crate::telemetry::subscriber::{Telemetry, init, init_with};
pub use opentelemetry::trace::SpanKind;
