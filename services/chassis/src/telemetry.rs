//! Logs, and spans that leave by OTLP.
//!
//! What is exported does not hang on what is logged, and neither on what the trace's context says:
//! that travels by itself, see [`trace`](crate::trace).

mod config;
mod error;
mod export;
mod filter;
mod pipeline;
mod record;
mod subscriber;

pub use crate::telemetry::config::{Format, TelemetryConfig};
pub use crate::telemetry::error::Error;
pub use crate::telemetry::record::{SpanRecord, emit};
pub use crate::telemetry::subscriber::{Telemetry, init};
pub use opentelemetry::trace::SpanKind;
