//! What embeds over HTTP: each provider's own wire format, what is asked of it, and what is said of
//! one that refuses, is slow, or makes no vectors.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod asked;
mod failures;
mod provider;
mod refusals;
mod world;
