//! How a database's failure becomes ours.

use std::path::Path;

use sqlx::Error as Sql;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

use crate::Error;

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const IO: i32 = 10;
const DAMAGED: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const NO_DATABASE: i32 = 26;

impl From<Sql> for Error {
    fn from(error: Sql) -> Self {
        if is_passing(&error) {
            Self::Unavailable(error.into())
        } else {
            Self::Broken(error.into())
        }
    }
}

/// Says of an embedded store that cannot be opened what is the matter with it.
pub(super) fn opening(path: &Path, error: Sql) -> Error {
    match error.as_database_error().and_then(primary) {
        Some(BUSY | LOCKED) => Error::InUse(path.to_owned()),
        Some(READ_ONLY | CANNOT_OPEN) => Error::ReadOnly(path.to_owned()),
        Some(DAMAGED | NO_DATABASE) => Error::Corrupt(path.to_owned()),
        Some(_) | None => error.into(),
    }
}

/// Says of a server that cannot be connected to what is the matter with it.
pub(super) fn connecting(error: Sql) -> Error {
    match error.as_database_error().map(class) {
        Some(Some(class)) if class == "28" || class == "3D" => Error::NotAdmitted(error.into()),
        Some(_) => error.into(),
        None => Error::Unreachable(error.into()),
    }
}

/// Whether the same statement may work later: no connection, no space, a conflict, a shutdown.
fn is_passing(error: &Sql) -> bool {
    if let Sql::Database(error) = error {
        return database_is_passing(error.as_ref());
    }
    matches!(
        error,
        Sql::Io(_)
            | Sql::Tls(_)
            | Sql::Protocol(_)
            | Sql::PoolTimedOut
            | Sql::PoolClosed
            | Sql::WorkerCrashed
            | Sql::BeginFailed
    )
}

fn database_is_passing(error: &dyn DatabaseError) -> bool {
    match class(error) {
        Some(class) => matches!(class.as_str(), "08" | "25" | "40" | "53" | "55" | "57" | "58"),
        None => matches!(primary(error), Some(BUSY | LOCKED | READ_ONLY | IO | FULL | CANNOT_OPEN)),
    }
}

/// Whether Postgres says that the user may not do this.
pub(super) fn is_denied(error: &Sql) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("42501"))
}

/// Whether Postgres says that others hold what the statement needs.
pub(super) fn is_held(error: &Sql) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("55P03"))
}

/// Whether Postgres speaks of a statement that another client prepared, or of none where ours was.
pub(super) fn is_of_another(error: &Sql) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| matches!(code.as_ref(), "42P05" | "26000" | "08P01"))
}

/// The class of an SQLSTATE.
fn class(error: &dyn DatabaseError) -> Option<String> {
    let error = error.try_downcast_ref::<PgDatabaseError>()?;
    error.code().get(..2).map(str::to_owned)
}

/// SQLite's primary code, without what its extension adds.
fn primary(error: &dyn DatabaseError) -> Option<i32> {
    let code = error.code()?.parse::<i32>().ok()?;
    error.try_downcast_ref::<PgDatabaseError>().is_none().then_some(code & 0xff)
}
