//! The one way out over HTTP: bounded in time and size, guarded in where it may go.
//!
//! It follows no redirect and reads no proxy from the environment, and a URL's path and query go out
//! byte for byte: some receivers sign them. Two clients share this: what the operator configured
//! may be anywhere, what a caller sent must be public, or in `outbound.allow`.

mod answer;
mod client;
mod connect;
mod error;
mod exporter;
mod network;
mod outbound;
mod policy;
mod resolve;
mod retrying;
mod target;
mod tls;
mod wait;

pub use crate::http::answer::{Answer, Chunks, Streamed};
pub use crate::http::client::{Client, Request};
pub use crate::http::error::Error;
pub use crate::http::exporter::ExportClient;
pub use crate::http::outbound::{Outbound, OutboundConfig};
pub use crate::http::resolve::Resolve;
pub use crate::http::retrying::{Retry, Retrying};
pub use crate::http::target::Target;
pub use crate::http::wait::retry_after;
