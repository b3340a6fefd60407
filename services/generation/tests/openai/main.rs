//! The generator with a provider that speaks OpenAI's wire format, asked over gRPC through every layer.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod ask;
mod failures;
mod fake;
mod input;
mod local;
mod retries;
mod spans;
mod streams;
mod texts;
