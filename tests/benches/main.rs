//! What a hop costs, and what a job costs beside the least program that does the same.
//!
//! `make bench` prints both, always as ratios against a baseline measured in the same run: absolute
//! times move with the machine, ratios hold.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking and speaks by printing"
)]
#![allow(clippy::disallowed_methods, reason = "a benchmark owns its tasks and its processes")]

mod floor;
mod hop;
mod line;
mod measure;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match arguments.first().map(String::as_str) {
        Some("floor") => runtime.block_on(floor::serve(&arguments[1], &arguments[2])),
        _ => runtime.block_on(async {
            hop::run().await;
            line::run().await;
        }),
    }
}
