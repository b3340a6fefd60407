use std::ffi::OsString;
use std::path::PathBuf;

use crate::{Error, Limits};

/// An endpoint as `CreateModel` and `CreateEndpointConfig` describe one.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The endpoint's name.
    pub name: String,
    /// One container, or the containers of a model in mode `Direct`.
    pub containers: Vec<ContainerPlan>,
    /// How many instances it begins with.
    pub instances: usize,
    /// How many ports `SAGEMAKER_SAFE_PORT_RANGE` has.
    pub safe_ports: u16,
    /// The platform's clock and sizes.
    pub limits: Limits,
    /// Where the containers' output goes.
    pub logs: Logs,
}

/// A container as `ContainerDefinition` describes one; a command stands for its image.
#[derive(Clone, Debug)]
pub struct ContainerPlan {
    /// Its `ContainerHostname`.
    pub hostname: String,
    /// The program and its arguments; `serve` is appended, as the platform does.
    pub command: Vec<OsString>,
    /// Its `Environment`.
    pub environment: Vec<(String, String)>,
}

/// Where the containers' output goes.
#[derive(Clone, Debug)]
pub enum Logs {
    /// Into a file a container, in this folder.
    Folder(PathBuf),
    /// To where the platform's own output goes.
    Inherited,
}

impl Plan {
    /// An endpoint of one instance, with the documented limits.
    pub fn new(name: impl Into<String>, containers: Vec<ContainerPlan>, logs: Logs) -> Self {
        let limits = Limits::default();
        Self { name: name.into(), containers, instances: 1, safe_ports: 16, limits, logs }
    }

    /// Whether a caller must say which container it wants.
    pub fn is_direct(&self) -> bool {
        self.containers.len() > 1
    }

    /// What the platform checks before it starts anything.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let count = self.containers.len();
        refuse(!is_hostname(&self.name), || {
            format!(
                "`{}` is no name of an endpoint: letters, digits and inner hyphens, at most 63",
                self.name
            )
        })?;
        refuse(count == 0 || count > 15, || {
            format!("a model has 1 to 15 containers, not {count}")
        })?;
        refuse(self.safe_ports == 0, || {
            "the range of safe ports needs at least one port".to_owned()
        })?;
        for (number, container) in self.containers.iter().enumerate() {
            container.check()?;
            let is_twice =
                self.containers[..number].iter().any(|other| other.hostname == container.hostname);
            refuse(is_twice, || {
                format!("two containers have the hostname `{}`", container.hostname)
            })?;
        }
        let size: usize = self.containers.iter().map(ContainerPlan::size).sum();
        refuse(size > 32 * 1024, || {
            format!(
                "the environments of all containers hold {size} bytes, and the platform allows 32768"
            )
        })
    }
}

impl ContainerPlan {
    fn check(&self) -> Result<(), Error> {
        let name = &self.hostname;
        refuse(!is_hostname(name), || {
            format!(
                "`{name}` is no ContainerHostname: letters, digits and inner hyphens, at most 63"
            )
        })?;
        refuse(self.command.is_empty(), || format!("container `{name}` has no command"))?;
        let count = self.environment.len();
        refuse(count > 100, || {
            format!("container `{name}` has {count} variables, and the platform allows 100")
        })?;
        for (key, value) in &self.environment {
            refuse(!is_variable(key), || {
                format!("container `{name}`: `{key}` is no name of a variable")
            })?;
            let is_long = key.len() > 1024 || value.len() > 1024;
            refuse(is_long, || {
                format!(
                    "container `{name}`: `{key}` is longer than the 1024 bytes that the platform allows"
                )
            })?;
        }
        Ok(())
    }

    fn size(&self) -> usize {
        self.environment.iter().map(|(key, value)| key.len() + value.len()).sum()
    }
}

fn refuse(is_wrong: bool, why: impl FnOnce() -> String) -> Result<(), Error> {
    if is_wrong { Err(Error::Plan(why())) } else { Ok(()) }
}

/// `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`
fn is_hostname(text: &str) -> bool {
    let is_known = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=63).contains(&text.len())
        && text.chars().all(is_known)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// `[a-zA-Z_][a-zA-Z0-9_]*`
fn is_variable(text: &str) -> bool {
    let is_known = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !text.is_empty()
        && text.chars().all(is_known)
        && !text.starts_with(|c: char| c.is_ascii_digit())
}
