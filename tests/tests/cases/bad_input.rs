//! Bad input gets a clear error, and nothing is lost or half-written.

mod http;
mod wire;
