use std::collections::BTreeSet;
use std::fmt;

use chassis::config::{Error, Settings};

/// A part of the suite that can run in a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// HTTP in.
    Gateway,
    /// Durable jobs.
    Jobs,
    /// Query to passages.
    Retrieval,
    /// Passages to a better order.
    Rerank,
    /// Prompt to text.
    Generation,
}

impl Role {
    /// Every role, in the order that a job meets them.
    pub(crate) const ALL: [Self; 5] =
        [Self::Gateway, Self::Jobs, Self::Retrieval, Self::Rerank, Self::Generation];

    /// Its name in the configuration.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Jobs => "jobs",
            Self::Retrieval => "retrieval",
            Self::Rerank => "rerank",
            Self::Generation => "generation",
        }
    }

    /// The roles that it calls.
    pub(crate) fn needs(self) -> &'static [Self] {
        match self {
            Self::Gateway => &[Self::Jobs, Self::Retrieval],
            Self::Jobs => &[Self::Retrieval, Self::Rerank, Self::Generation],
            Self::Retrieval | Self::Rerank | Self::Generation => &[],
        }
    }

    /// The roles that the setting names; none named means all.
    pub(crate) fn read(settings: &Settings, names: &[String]) -> Result<BTreeSet<Self>, Error> {
        if names.is_empty() {
            return Ok(Self::ALL.into());
        }
        let read = |name: &String| {
            let role = Self::ALL.into_iter().find(|role| role.name() == name);
            role.ok_or_else(|| {
                let what = format!("names `{name}`, which is no role");
                settings.refuse(
                    "roles",
                    &what,
                    "choose from gateway, jobs, retrieval, rerank, generation",
                )
            })
        };
        names.iter().map(read).collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
