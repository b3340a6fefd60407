//! What every process stands on: failures, channels, traces, tasks.
//!
//! It knows no word of the domain, opens no store, and reads no environment by itself.

mod answer;
pub mod auth;
pub mod channel;
pub mod clock;
pub mod config;
pub mod deadline;
pub mod failure;
pub mod http;
pub mod id;
pub mod metrics;
pub mod panic;
pub mod secret;
pub mod server;
pub mod task;
pub mod telemetry;
pub mod template;
pub mod trace;
