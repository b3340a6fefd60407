//! Flows: what is refused when one is loaded, what input one takes, and how its steps run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod accepting;
mod archive;
mod broken;
mod bundled;
mod checking;
mod fake;
mod folder;
mod loading;
mod proposal;
mod running;
