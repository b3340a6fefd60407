use std::fmt;

/// What is wrong with a flow, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The file, by its path.
    pub file: String,
    /// The line in it, from 1, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Error {
    pub(super) fn new(
        file: impl Into<String>,
        line: impl Into<Option<usize>>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let (file, line) = (file.into(), line.into());
        Self { file, line, message: message.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}; {}", self.message, self.remedy)
    }
}

impl std::error::Error for Error {}
