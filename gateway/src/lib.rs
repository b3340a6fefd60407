//! The HTTP door of the suite: what comes in as JSON goes on as gRPC, and comes back as JSON.
//!
//! It is stateless: it holds clients of the other services and never one of their crates, opens no
//! store, knows no flow, and decides nothing that a gRPC caller would not be told just the same.
//! What it adds is HTTP's own: bodies and their limits, the caller's trace, one shape of failure.

mod address;
mod answer;
mod attributes;
mod body;
mod config;
mod edge;
mod error;
mod gateway;
mod grpc;
mod json;
mod openapi;
mod origin;
mod params;
mod ready;
mod request;
mod routes;
mod serve;
mod submission;

pub use crate::config::{Basic, GatewayConfig};
pub use crate::gateway::Gateway;
pub use crate::grpc::Peers;
pub use crate::ready::{Readiness, warm};
pub use crate::serve::serve;

/// The gateway's settings.
pub const DEFAULTS: &str = include_str!("../defaults.toml");
