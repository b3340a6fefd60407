use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use crate::config::{Error, Settings, optional};
use crate::secret::Secret;

/// Where the rows live.
#[derive(Clone, Debug)]
pub enum Database {
    /// A folder with one file per service.
    Sqlite {
        /// The folder; it need not exist.
        folder: PathBuf,
        /// How many connections a service may open.
        max_connections: u32,
    },
    /// A server with one schema per service.
    Postgres {
        /// Where it is, with the password.
        url: Secret,
        /// Where it is for migrations and LISTEN, past any pooler.
        direct_url: Option<Secret>,
        /// What stands in front of it.
        pooler: Pooler,
        /// How many connections a service may open.
        max_connections: u32,
    },
}

/// What stands between this process and Postgres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooler {
    /// Nothing, or a pooler that keeps one server connection per client connection.
    None,
    /// A pooler that changes the server connection with every transaction.
    Transaction,
}

#[derive(Deserialize)]
struct Section {
    url: Secret,
    #[serde(deserialize_with = "optional")]
    direct_url: Option<Secret>,
    pooler: Pooler,
    max_connections: u32,
}

/// The port on which hosted poolers that change connections with every transaction usually listen.
const TRANSACTION_PORT: u16 = 6543;

impl Database {
    pub(super) fn read(settings: &Settings) -> Result<Self, Error> {
        let section: Section = settings.section("database")?;
        let refuse = |what, remedy| Err(settings.refuse("database.url", what, remedy));
        if section.max_connections == 0 {
            let what = "leaves no connection";
            return Err(settings.refuse("database.max_connections", what, "set it to 1 or more"));
        }
        match section.url.expose().split_once(':') {
            Some(("sqlite", folder)) => {
                let folder = folder.strip_prefix("//").unwrap_or(folder);
                if folder.is_empty() || folder.contains(['?', '#']) || folder.contains(":memory:") {
                    return refuse("names no folder", "write it as sqlite:FOLDER");
                }
                let max_connections = section.max_connections;
                Ok(Self::Sqlite { folder: folder.into(), max_connections })
            }
            Some(("postgres" | "postgresql", _)) => postgres(settings, section),
            Some(_) | None => refuse(
                "is of no known kind",
                "write it as sqlite:FOLDER or postgres://USER:PASSWORD@HOST/DATABASE",
            ),
        }
    }
}

fn postgres(settings: &Settings, section: Section) -> Result<Database, Error> {
    let is_url = |text: &str| {
        let schemes = ["postgres://", "postgresql://"];
        schemes.iter().any(|scheme| text.starts_with(scheme)) && Url::parse(text).is_ok()
    };
    let remedy = "write it as postgres://USER:PASSWORD@HOST/DATABASE, with special characters percent-encoded";
    if !is_url(section.url.expose()) {
        return Err(settings.refuse("database.url", "is no URL", remedy));
    }
    if section.direct_url.as_ref().is_some_and(|url| !is_url(url.expose())) {
        return Err(settings.refuse("database.direct_url", "is no URL", remedy));
    }
    let port = Url::parse(section.url.expose()).ok().and_then(|url| url.port());
    if section.pooler == Pooler::None && port == Some(TRANSACTION_PORT) {
        let what = "names port 6543, where a pooler in transaction mode usually listens, and database.pooler is none";
        let remedy = "set database.pooler = \"transaction\" and database.direct_url to the server's own address, or use the direct port";
        return Err(settings.refuse("database.url", what, remedy));
    }
    let Section { url, direct_url, pooler, max_connections } = section;
    Ok(Database::Postgres { url, direct_url, pooler, max_connections })
}
