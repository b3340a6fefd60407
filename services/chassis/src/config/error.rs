use std::fmt;
use std::path::PathBuf;

/// Where a setting's value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The default that is built in.
    Default,
    /// A line of the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line in it, from 1.
        line: usize,
    },
    /// An environment variable.
    Environment(String),
    /// The command line.
    CommandLine,
    /// A secret store: which secret, and which member of it.
    Secret(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) | Self::Secret(name) => f.write_str(name),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

/// Why the configuration is refused: always with the setting, its source and the remedy, never with the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The configuration file cannot be read.
    #[error("{}: cannot be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// The configuration file is not TOML, or the embedded defaults are not.
    #[error("{origin}: {why}")]
    Syntax {
        /// Where.
        origin: Origin,
        /// What the parser says.
        why: String,
    },
    /// A name that is no setting.
    #[error("{name} ({origin}) is no setting; {remedy}")]
    Unknown {
        /// The name, as it was written.
        name: String,
        /// Where it was written.
        origin: Origin,
        /// What to do about it.
        remedy: String,
    },
    /// A setting with a value that is refused.
    #[error("{setting} ({origin}) {what}; {remedy}")]
    Refused {
        /// The setting's path, such as `gateway.listen`.
        setting: String,
        /// Where its value came from.
        origin: Origin,
        /// What is wrong with it.
        what: String,
        /// What to do about it.
        remedy: String,
    },
}
