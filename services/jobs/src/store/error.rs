//! How a database's failure becomes ours.

use sqlx::Error as Sql;
use sqlx::error::DatabaseError;

use crate::error::Error;

impl From<Sql> for Error {
    fn from(error: Sql) -> Self {
        let is_passing = matches!(
            error,
            Sql::Io(_)
                | Sql::Tls(_)
                | Sql::Protocol(_)
                | Sql::PoolTimedOut
                | Sql::PoolClosed
                | Sql::WorkerCrashed
                | Sql::BeginFailed
        ) || error.as_database_error().is_some_and(is_passing);
        if is_passing { Self::Unavailable(error.into()) } else { Self::Broken(error.into()) }
    }
}

/// Whether the same statement may work later: no connection, no space, a conflict, a shutdown.
fn is_passing(error: &dyn DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
        return matches!(
            &code[..2.min(code.len())],
            "08" | "25" | "40" | "53" | "55" | "57" | "58"
        );
    }
    primary(&code)
        .is_some_and(|code| matches!(code, BUSY | LOCKED | READ_ONLY | IO | FULL | CANT_OPEN))
}

pub(super) const BUSY: i32 = 5;
const LOCKED: i32 = 6;
pub(super) const READ_ONLY: i32 = 8;
const IO: i32 = 10;
const FULL: i32 = 13;
pub(super) const CANT_OPEN: i32 = 14;

/// SQLite's primary code, without what its extension adds.
pub(super) fn primary(code: &str) -> Option<i32> {
    code.parse::<i32>().ok().map(|code| code & 0xff)
}
