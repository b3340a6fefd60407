use std::str::FromStr;
use std::time::Duration;

use chassis::config::{self, Settings};
use chassis::secret::Secret;
use serde::Deserialize;
use sqlx::postgres::PgConnectOptions;

use crate::check;

/// A table of somebody else's that appears as a collection.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Supabase {
    /// The database, with the password.
    pub(crate) url: Secret,
    /// The table; empty for the only one.
    pub(crate) table: String,
    /// The collection's name.
    pub(crate) collection: String,
    /// How many connections may be open at once.
    pub(crate) max_connections: u32,
    /// The longest that one statement may take.
    #[serde(with = "chassis::config::duration")]
    pub(crate) timeout: Duration,
}

impl Supabase {
    pub(super) fn read(settings: &Settings) -> Result<Option<Self>, config::Error> {
        let supabase: Self = settings.section("retrieval.supabase")?;
        let refuse = |name: &str, what: &str, remedy: &str| {
            Err(settings.refuse(&format!("retrieval.supabase.{name}"), what, remedy))
        };
        if supabase.url.is_empty() {
            return Ok(None);
        }
        if let Err(what) = check_url(supabase.url.expose()) {
            let remedy = "copy the database URL, postgres://USER:PASSWORD@HOST:PORT/DATABASE, \
                          from Project Settings, Database; special characters in the password are percent-encoded";
            return refuse("url", what, remedy);
        }
        if check::collection(&supabase.collection).is_err() {
            let remedy = "use up to 63 lower-case letters, digits, - and _";
            return refuse("collection", "is no name of a collection", remedy);
        }
        if supabase.table.contains('\0') {
            return refuse("table", "is no name of a table", "name a table in the schema vecs");
        }
        if supabase.max_connections == 0 {
            return refuse("max_connections", "leaves no connection", "set it to 1 or more");
        }
        if supabase.timeout.is_zero() || supabase.timeout > LONGEST {
            return refuse("timeout", "is out of range", "choose from \"1ms\" to \"10m\"");
        }
        Ok(Some(supabase))
    }
}

const LONGEST: Duration = Duration::from_secs(600);

fn check_url(url: &str) -> Result<(), &'static str> {
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
