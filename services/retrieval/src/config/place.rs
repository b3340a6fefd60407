use std::str::FromStr;
use std::time::Duration;

use chassis::config::{self, Settings};
use chassis::secret::Secret;
use serde::Deserialize;
use sqlx::postgres::PgConnectOptions;

/// A database that the configuration names.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The section of the settings that does.
    pub(crate) setting: String,
    /// Where it is, with the password.
    pub(crate) url: Secret,
    pub(crate) limits: Limits,
}

/// What is asked of such a database at the most.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Limits {
    /// How many connections may be open at once.
    pub(crate) max_connections: u32,
    /// The longest that one statement may take.
    #[serde(with = "chassis::config::duration")]
    pub(crate) timeout: Duration,
}

impl Limits {
    /// Those of the section `retrieval.supabase`, which hold for every such database.
    pub(super) fn read(settings: &Settings) -> Result<Self, config::Error> {
        let limits: Self = settings.section("retrieval.supabase")?;
        let refuse = |name: &str, what: &str, remedy: &str| {
            Err(settings.refuse(&format!("retrieval.supabase.{name}"), what, remedy))
        };
        if limits.max_connections == 0 {
            return refuse("max_connections", "leaves no connection", "set it to 1 or more");
        }
        if limits.timeout.is_zero() || limits.timeout > LONGEST {
            return refuse("timeout", "is out of range", "choose from \"1ms\" to \"10m\"");
        }
        Ok(limits)
    }
}

const LONGEST: Duration = Duration::from_secs(600);

/// What is the matter with a database's URL.
pub(super) fn check_url(url: &str) -> Result<(), &'static str> {
    match url.split_once("://") {
        Some(("http" | "https", _)) => Err("is the project's API, and the database URL is needed"),
        Some(("postgres" | "postgresql", rest)) if is_host(rest) => {
            PgConnectOptions::from_str(url).map(drop).map_err(|_| "cannot be read")
        }
        Some(_) | None => Err("is no database URL"),
    }
}

/// Without a host the driver would take this machine.
fn is_host(rest: &str) -> bool {
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    !host.is_empty() && !host.starts_with(':')
}

/// What helps against a URL that is none.
pub(super) const URL_REMEDY: &str = "copy the database URL, postgres://USER:PASSWORD@HOST:PORT/DATABASE, \
     from Project Settings, Database; special characters in the password are percent-encoded";
