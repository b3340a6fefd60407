//! A body's text, checked once before anything reads it.
//!
//! The text goes on as the caller wrote it, so that no number is spoiled; only a byte order mark
//! is dropped, and half a surrogate pair (n8n's own functions can cut a text there) is replaced.

mod apart;
mod fields;
mod path;
mod place;
mod surrogates;
mod walk;

pub(crate) use crate::json::apart::apart;
pub(crate) use crate::json::fields::{Fields, INVALID_REQUEST};
pub(crate) use crate::json::path::shown;
pub(crate) use crate::json::place::Place;

use bytes::Bytes;

use crate::error::Error;
use crate::json::walk::Findings;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// How many warnings one body earns at most.
const WARNINGS: usize = 8;

/// A body that is JSON, without duplicate keys and without U+0000.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// The JSON.
    pub(crate) text: String,
    /// What was replaced.
    pub(crate) warnings: Vec<String>,
}

/// Checks a body.
pub(crate) fn check(body: Bytes) -> Result<Text, Error> {
    let mut bytes = Vec::from(body);
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::MalformedJson("it is empty".to_owned()));
    }
    let halves = surrogates::mark(&mut bytes);
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(&error))?;
    let findings = walk::walk(&text, !halves.is_empty())?;
    if let Some(path) = findings.nul {
        return Err(Error::NulCharacter(path));
    }
    Ok(Text { warnings: warnings(&findings), text: surrogates::replace(text, &halves) })
}

fn not_utf8(error: &std::string::FromUtf8Error) -> Error {
    let at = Place::of(error.as_bytes(), error.utf8_error().valid_up_to());
    Error::MalformedJson(format!("invalid UTF-8 at line {} column {}", at.line, at.column))
}

fn warnings(findings: &Findings) -> Vec<String> {
    let told = |path| format!("{path}: half of a surrogate pair was replaced by U+FFFD");
    let mut warnings: Vec<_> = findings.marked.iter().take(WARNINGS).map(told).collect();
    let more = findings.marked.len().saturating_sub(WARNINGS);
    if more > 0 {
        warnings
            .push(format!("{more} more texts hold halves of surrogate pairs, replaced by U+FFFD"));
    }
    warnings
}
