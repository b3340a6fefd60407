//! What every call between services can rely on, within the process and over the network.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod auth;
mod deadline;
mod health;
mod input;
mod members;
mod panics;
mod preferred;
mod puppet;
mod raw;
mod reflection;
mod spans;
mod stop;
mod strangers;
mod trace;
mod world;
