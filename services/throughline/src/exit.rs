use std::fmt;
use std::process::ExitCode;

use tonic::{Code, Status};

/// Why the program ends without having done what it was asked; the exit codes are a documented contract.
#[derive(Debug)]
pub(crate) enum Exit {
    /// The command was understood and failed.
    Failed(String),
    /// The configuration is wrong.
    Configuration(String),
    /// A server, a port or a store is not available.
    Unavailable(String),
}

impl Exit {
    /// The documented exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Failed(_) => 1,
            Self::Configuration(_) => chassis::config::EXIT_CODE,
            Self::Unavailable(_) => 69,
        })
    }

    /// A failure of the command itself.
    pub(crate) fn failed(error: impl fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(text) | Self::Configuration(text) | Self::Unavailable(text) => {
                f.write_str(text)
            }
        }
    }
}

impl From<chassis::config::Error> for Exit {
    fn from(error: chassis::config::Error) -> Self {
        Self::Configuration(error.to_string())
    }
}

impl From<Status> for Exit {
    fn from(status: Status) -> Self {
        let problem = chassis::failure::Problem::of(&status);
        let mut text = format!("{} ({})", problem.message, problem.code);
        for violation in &problem.errors {
            text.push_str(&format!("\n  {}: {}", violation.path, violation.message));
        }
        if status.code() == Code::Unavailable {
            text.push_str("\nis the server running? start it with `throughline serve`, or name it with --server");
            return Self::Unavailable(text);
        }
        Self::Failed(text)
    }
}

/// What was configured wrong, or a store that does not open: its message names the remedy.
impl From<retrieval::Error> for Exit {
    fn from(error: retrieval::Error) -> Self {
        let text = error.to_string();
        match error.is_configured() {
            true => Self::Configuration(text),
            false => Self::Unavailable(text),
        }
    }
}

/// What was configured wrong, or a store that does not open: its message names the remedy.
impl From<jobs::Error> for Exit {
    fn from(error: jobs::Error) -> Self {
        let is_configured = matches!(
            error,
            jobs::Error::Flow(_) | jobs::Error::NoDefaultFlow(_) | jobs::Error::Secret(_)
        );
        let text = error.to_string();
        if is_configured { Self::Configuration(text) } else { Self::Unavailable(text) }
    }
}
