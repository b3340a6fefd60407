//! The file, and that it is ours alone.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::Error as Sql;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::Error;

const NAME: &str = "retrieval.db";
/// Only somebody else's tool can hold the file, since our writers take turns.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a call waits for its turn before it is told to come back later.
const TURN_TIMEOUT: Duration = Duration::from_secs(15);

/// Where the file is, in a folder that is made where it is missing.
pub(super) fn path(folder: &Path) -> Result<PathBuf, Error> {
    let path = folder.join(NAME);
    fs::create_dir_all(folder).map_err(|error| cannot_write(&path, error))?;
    Ok(path)
}

/// Keeps other processes out until it is unlocked, which the system does for one that was killed.
///
/// It locks a file of its own: closing any handle of the database would drop SQLite's locks on it.
pub(super) fn lock(path: &Path) -> Result<File, Error> {
    let at = |error| cannot_write(path, error);
    let name = path.with_extension("db.lock");
    let file = File::options().create(true).truncate(false).write(true).open(name).map_err(at)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(Error::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => return Err(at(error)),
    }
    // SQLite would open a read-only file without a word; no connection is open yet.
    match File::options().write(true).open(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(error)),
        Ok(_) | Err(_) => Ok(file),
    }
}

/// The connection that writes; what it commits survives a loss of power.
pub(super) async fn writer(path: &Path) -> Result<SqlitePool, Sql> {
    let options = options(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    pool(1).connect_with(options).await
}

/// Connections that read; they are made when they are needed.
pub(super) fn readers(path: &Path, most: u32) -> SqlitePool {
    pool(most).connect_lazy_with(options(path).read_only(true))
}

fn pool(most: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(most).acquire_timeout(TURN_TIMEOUT)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_TIMEOUT).foreign_keys(true)
}

fn cannot_write(path: &Path, error: io::Error) -> Error {
    let is_forbidden = matches!(
        error.kind(),
        ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::NotADirectory
            | ErrorKind::AlreadyExists
    );
    if is_forbidden { Error::ReadOnly(path.to_owned()) } else { Error::Unavailable(error.into()) }
}
