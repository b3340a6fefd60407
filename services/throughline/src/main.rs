//! The one binary: `throughline --help` says what it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    throughline::main()
}
