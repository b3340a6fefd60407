//! What a process logs and exports, seen from outside: each test starts one, since a log is the process's.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod child;
mod collector;
mod export;
mod log;

use std::process::Output;

use tokio::process::Command;

/// A trace that its caller records.
pub(crate) const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Runs [`child`] in a process of its own with these variables.
pub(crate) async fn process(variables: &[(&str, &str)]) -> Output {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child::works", "--include-ignored", "--nocapture"])
        .envs(variables.iter().copied())
        .output()
        .await
        .unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(report.contains("1 passed"), "{report}\n{log}");
    output
}
