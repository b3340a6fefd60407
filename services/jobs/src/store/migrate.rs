//! The versions of the tables, each applied once, in order.

use crate::error::Error;
use crate::store::session::Session;
use crate::store::{Dialect, Statement};

/// One version: its number and its statements for either store.
struct Version {
    number: i64,
    sqlite: &'static str,
    postgres: &'static str,
}

const VERSIONS: [Version; 2] = [
    Version {
        number: 1,
        sqlite: include_str!("../../migrations/0001_jobs.sqlite.sql"),
        postgres: include_str!("../../migrations/0001_jobs.postgres.sql"),
    },
    Version {
        number: 2,
        sqlite: include_str!("../../migrations/0002_callbacks.sqlite.sql"),
        postgres: include_str!("../../migrations/0002_callbacks.postgres.sql"),
    },
];

impl Version {
    fn script(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}

/// Applies what is missing, in the session's transaction; refuses a store that is ahead of us.
pub(super) async fn migrate(
    session: &mut Session,
    dialect: Dialect,
    place: &str,
) -> Result<(), Error> {
    // Looked up first, since whoever runs us may read and write the tables and not make any.
    let is_new = session.first(versions_table(dialect)).await?.is_none();
    if is_new {
        session.script(make_versions_table(dialect)).await?;
    }
    let found = session.first(latest()).await?.map_or(Ok(0), |row| row.int("latest"))?;
    let known = VERSIONS.iter().map(|version| version.number).max().unwrap_or(0);
    if found > known {
        return Err(Error::Newer { place: place.to_owned(), found, known });
    }
    for version in VERSIONS.iter().filter(|version| version.number > found) {
        session.script(version.script(dialect)).await?;
        session.run(applied(version.number)).await?;
    }
    Ok(())
}

fn versions_table(dialect: Dialect) -> Statement {
    Statement::new(match dialect {
        Dialect::Sqlite => "select name from sqlite_master where name = 'migration'",
        Dialect::Postgres => {
            "select tablename from pg_catalog.pg_tables where schemaname = 'jobs' and tablename = 'migration'"
        }
    })
}

fn make_versions_table(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "create table migration (number integer primary key, applied_at integer not null) strict"
        }
        Dialect::Postgres => {
            "create schema if not exists jobs;
             create table jobs.migration (number bigint primary key, applied_at bigint not null)"
        }
    }
}

fn latest() -> Statement {
    Statement::new("select coalesce(max(number), 0) as latest from {migration}")
}

fn applied(number: i64) -> Statement {
    Statement::new("insert into {migration} (number, applied_at) values ($1, {now})").bind(number)
}
