//! The versions of the tables, each applied once, in order, in one transaction.
//!
//! What is new locks nobody. What refers to a table that is there (a foreign key, a column, an
//! index) holds up its writers or all who use it until the commit, and so must be quick; and as
//! it waits for such a lock, whoever comes later waits behind it, hence a bound on that.

use chassis::secret::Secret;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Error as Sql};

use crate::Error;
use crate::store::failure::{connecting, is_denied, is_held};
use crate::store::postgres::recut::recut;
use crate::store::postgres::{extension, facts, options};

/// Each version's statements; the first makes version 1.
const VERSIONS: [&str; 6] = [
    include_str!("../../../migrations/postgres/0001_collections.sql"),
    include_str!("../../../migrations/postgres/0002_spaces.sql"),
    include_str!("../../../migrations/postgres/0003_settings.sql"),
    include_str!("../../../migrations/postgres/0004_typed_facts.sql"),
    include_str!("../../../migrations/postgres/0005_stems.sql"),
    include_str!("../../../migrations/postgres/0006_attachments.sql"),
];

/// The version whose facts this program makes, after its statements.
const FACTS: i64 = 4;
/// The version that keeps words otherwise than those before.
const RECUT: i64 = 5;

const LATEST: i64 = VERSIONS.len() as i64;
const PLACE: &str = "schema retrieval";

/// One migration at a time, whoever starts first. The lock ends with the transaction, so it holds
/// through a pooler too, where a session's lock would stay with somebody else's connection.
const LOCK: i64 = 0x7468_726f_7567_7265;

/// Brings the schema up to date; refuses one that is ahead of us.
pub(in crate::store) async fn migrate(url: &Secret) -> Result<(), Error> {
    let mut link = PgConnection::connect_with(&options(url)?).await.map_err(connecting)?;
    let result = match apply(&mut link).await {
        Ok(found) if found > LATEST => {
            Err(Error::Newer { place: PLACE.to_owned(), found, known: LATEST })
        }
        Ok(_) => Ok(()),
        Err(source) if is_denied(&source) => {
            Err(Error::NotMigrated { place: PLACE.to_owned(), source: source.into() })
        }
        Err(source) if is_held(&source) => {
            Err(Error::Held { place: PLACE.to_owned(), source: source.into() })
        }
        Err(error) => Err(error.into()),
    };
    // Whether the goodbye arrives changes nothing.
    drop(link.close().await);
    result
}

/// Applies what is missing; answers the version that was found.
async fn apply(link: &mut PgConnection) -> Result<i64, Sql> {
    let mut link = link.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)")
        .persistent(false)
        .bind(LOCK)
        .execute(&mut *link)
        .await?;
    sqlx::raw_sql("set local lock_timeout = '5s'").execute(&mut *link).await?;
    let found = version(&mut link).await?;
    for (number, script) in (1i64..).zip(VERSIONS).skip(usize::try_from(found).unwrap_or(0)) {
        sqlx::raw_sql(script).execute(&mut *link).await?;
        if number == FACTS {
            facts::make(&mut link).await?;
        }
        if number == RECUT {
            recut(&mut link).await?;
        }
        sqlx::query("insert into retrieval.migration (number) values ($1)")
            .persistent(false)
            .bind(number)
            .execute(&mut *link)
            .await?;
    }
    if found <= LATEST {
        extension::prepare(&mut link).await?;
    }
    link.commit().await?;
    Ok(found)
}

/// Looks before it makes anything, since a user who may not make things can still be up to date.
async fn version(link: &mut PgConnection) -> Result<i64, Sql> {
    let has_table: bool = sqlx::query_scalar(
        "select exists (select from pg_catalog.pg_tables
                        where schemaname = 'retrieval' and tablename = 'migration')",
    )
    .persistent(false)
    .fetch_one(&mut *link)
    .await?;
    if !has_table {
        let script = "create schema if not exists retrieval;
            create table retrieval.migration (
              number bigint primary key, applied_at timestamptz not null default clock_timestamp())";
        sqlx::raw_sql(script).execute(&mut *link).await?;
    }
    sqlx::query_scalar("select coalesce(max(number), 0) from retrieval.migration")
        .persistent(false)
        .fetch_one(link)
        .await
}
