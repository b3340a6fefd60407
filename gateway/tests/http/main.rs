//! The gateway over real TCP, with scripted services behind it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod attributes;
mod auth;
mod bad_input;
mod bodies;
mod door;
mod embeddings;
mod events;
mod fake;
mod log;
mod methods;
mod openapi;
mod ops;
mod platform;
mod raw;
mod ready;
mod role_door;
mod routes;
mod settings;
mod submit;
mod trace;
mod wait;
