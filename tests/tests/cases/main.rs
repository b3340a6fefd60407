//! What a caller can rely on, one module a promise, wherever the services run and whatever they store in.
//!
//! `cargo test -p e2e --test cases` runs all; a name such as `cancel`, `processes_postgres` or
//! `cancel::running_job_stops::inside_sqlite` runs what has it in its path.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(clippy::disallowed_methods, reason = "tests read their environment")]

mod bad_input;
mod cancel;
mod command_line;
mod crash;
mod deadline;
mod delivery;
mod door;
mod export;
mod guard;
mod happy;
mod idempotency;
mod load;
mod metrics;
mod n8n;
mod rerank;
mod rotation;
mod sagemaker;
mod secrecy;
mod secrets;
mod stack;
mod start;
mod storm;
mod trace;
mod xray;
