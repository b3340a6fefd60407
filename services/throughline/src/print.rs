//! What the program says: results to standard output, the rest to standard error.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

/// Writes a line to standard output; a reader that went away is no error of ours.
pub(crate) fn line(text: impl fmt::Display) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Writes a line to standard error.
pub(crate) fn note(text: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes a value as readable JSON to standard output.
pub(crate) fn json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => line(text),
        Err(error) => note(format_args!("the answer cannot be shown as JSON: {error}")),
    }
}

/// Whether somebody watches standard output.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// A text in a style, where standard output is a terminal.
pub(crate) fn styled(style: Style, text: impl fmt::Display) -> String {
    if is_terminal() { format!("\x1b[{}m{text}\x1b[0m", style.code()) } else { text.to_string() }
}

/// How a text stands out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    /// What the eye should find.
    Strong,
    /// What is there for completeness.
    Faint,
    /// What went well.
    Good,
    /// What went wrong.
    Bad,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Good => "32",
            Self::Bad => "31",
        }
    }
}

/// Progress on one line of a terminal's standard error; says nothing elsewhere.
pub(crate) fn progress(text: impl fmt::Display) {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr().lock(), "\r\x1b[2K{text}");
    }
}

/// The same as a line of its own, where standard error is no terminal.
pub(crate) fn progress_note(text: impl fmt::Display) {
    if !io::stderr().is_terminal() {
        note(text);
    }
}

/// Ends a line of progress.
pub(crate) fn progress_done() {
    progress("");
}
