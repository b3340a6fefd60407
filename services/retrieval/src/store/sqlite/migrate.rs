//! The versions of the tables, each applied once, in order.

use chassis::clock::Time;
use sqlx::{Error, Sqlite, Transaction};

use crate::store::sqlite::facts;
use crate::store::sqlite::recut::recut;

/// Each version's statements; the first makes version 1.
const VERSIONS: [&str; 6] = [
    include_str!("../../../migrations/sqlite/0001_collections.sql"),
    include_str!("../../../migrations/sqlite/0002_spaces.sql"),
    include_str!("../../../migrations/sqlite/0003_settings.sql"),
    include_str!("../../../migrations/sqlite/0004_typed_facts.sql"),
    include_str!("../../../migrations/sqlite/0005_stems.sql"),
    include_str!("../../../migrations/sqlite/0006_attachments.sql"),
];

/// The version whose facts this program makes, after its statements.
const FACTS: i64 = 4;
/// The version that keeps words otherwise than those before.
const RECUT: i64 = 5;

/// The version that this program makes and knows.
pub(super) const LATEST: i64 = VERSIONS.len() as i64;

/// Brings the tables up to date; answers the version of a file that is ahead of us, unchanged.
pub(super) async fn migrate(
    mut link: Transaction<'static, Sqlite>,
    now: Time,
) -> Result<Option<i64>, Error> {
    let found = version(&mut link).await?;
    if found > LATEST {
        return Ok(Some(found));
    }
    for (number, script) in (1i64..).zip(VERSIONS).skip(usize::try_from(found).unwrap_or(0)) {
        sqlx::raw_sql(script).execute(&mut *link).await?;
        if number == FACTS {
            facts::make(&mut link).await?;
        }
        if number == RECUT {
            recut(&mut link).await?;
        }
        sqlx::query("insert into migration (number, applied_at) values (?, ?)")
            .bind(number)
            .bind(now.micros())
            .execute(&mut *link)
            .await?;
    }
    link.commit().await?;
    Ok(None)
}

async fn version(link: &mut Transaction<'static, Sqlite>) -> Result<i64, Error> {
    let table = "create table if not exists migration
        (number integer primary key, applied_at integer not null) strict";
    sqlx::raw_sql(table).execute(&mut **link).await?;
    sqlx::query_scalar("select coalesce(max(number), 0) from migration")
        .fetch_one(&mut **link)
        .await
}
