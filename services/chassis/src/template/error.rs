use minijinja::ErrorKind;

use crate::failure::{Failure, Kind};

/// What is wrong with a template, or with what it was rendered with; never with a value in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}:{line}: {message}")]
pub struct Error {
    /// The template's name.
    pub name: String,
    /// The line in it, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    pub(super) is_undefined: bool,
}

impl Error {
    pub(super) fn new(name: &str, source: &str, error: &minijinja::Error) -> Self {
        Self {
            name: name.to_owned(),
            line: error.line().unwrap_or(1),
            message: message(source, error),
            is_undefined: error.kind() == ErrorKind::UndefinedError,
        }
    }

    pub(super) fn plain(name: &str, message: &str) -> Self {
        let (name, message) = (name.to_owned(), message.to_owned());
        Self { name, line: 1, message, is_undefined: false }
    }
}

impl Failure for Error {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn reason(&self) -> &'static str {
        "TEMPLATE_FAILED"
    }
}

/// Details quote values unless the template alone is to blame; then its own text is quoted instead.
fn message(source: &str, error: &minijinja::Error) -> String {
    let is_of_text = matches!(
        error.kind(),
        ErrorKind::SyntaxError
            | ErrorKind::BadEscape
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod
    );
    let range = error.range().and_then(|range| source.get(range));
    match (error.detail().filter(|_| is_of_text), range) {
        (Some(detail), _) => format!("{}: {detail}", error.kind()),
        (None, Some(quoted)) => format!("{} in `{}`", error.kind(), quoted.trim()),
        (None, None) => error.kind().to_string(),
    }
}
