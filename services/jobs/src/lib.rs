//! Jobs: durable runs of flows, their events, and the deliveries of their results.
//!
//! An accepted job is a committed row, and every job ends in exactly one terminal state that is
//! delivered. Workers claim jobs with a lease and a fencing token, run a flow's steps with a
//! checkpoint after each, and lose nothing when they are killed.
//!
//! It must not: read another service's tables, hold a transaction across an outside call, trust a
//! worker's clock or memory over a row, log content, secrets or a URL's query, or know how HTTP
//! callers speak to the suite.

mod alarm;
pub mod config;
mod credential;
pub mod delivery;
pub mod dispatch;
mod error;
pub mod flow;
mod generated;
mod grpc;
pub mod job;
mod jobs;
mod keyring;
mod library;
mod metrics;
pub mod outbox;
mod persist;
pub mod run;
pub mod span;
pub mod store;
pub mod usage;
mod wake;
mod webhook;
mod worker;

pub use crate::config::{Config, DEFAULTS};
pub use crate::credential::Credential;
pub use crate::error::Error;
pub use crate::jobs::{Callback, Entry, Jobs, Page, Submission, Submitted, Timeline, migrate};
pub use crate::webhook::{Signer, webhook_secret};
