//! The embedded store: one file, one writer at a time, readers beside it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use sqlx::Error as Sql;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio::sync::Mutex;

use crate::error::Error;
use crate::store::session::{Link, Session};
use crate::store::{Dialect, Durability, error, migrate};

const FILE: &str = "jobs.db";
/// Only somebody else's tool can hold the file, since our writers take turns.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The pools of one file. Two writers that never write together: `synchronous` is a connection's.
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    readers: SqlitePool,
    full: SqlitePool,
    lazy: SqlitePool,
    turn: Arc<Mutex<()>>,
    /// Held as long as the store is open. A file of its own, since closing any handle of the
    /// database's file would drop SQLite's own locks on it.
    _lock: Arc<File>,
}

impl Sqlite {
    pub(super) async fn open(folder: &Path, max_connections: u32) -> Result<Self, Error> {
        let path = folder.join(FILE);
        fs::create_dir_all(folder).map_err(|error| cannot_write(&path, error))?;
        let lock = lock(&path)?;
        let writer = |synchronous| {
            let options = options(&path).create_if_missing(true).synchronous(synchronous);
            SqlitePoolOptions::new().max_connections(1).connect_with(options)
        };
        let at = |error| opening(&path, error);
        let full = writer(SqliteSynchronous::Full).await.map_err(at)?;
        let lazy = writer(SqliteSynchronous::Normal).await.map_err(at)?;
        let readers = SqlitePoolOptions::new().max_connections(max_connections);
        let readers = readers.connect_lazy_with(options(&path).read_only(true));
        let turn = Arc::new(Mutex::new(()));
        let store = Self { readers, full, lazy, turn, _lock: Arc::new(lock) };
        store.migrate(&path).await?;
        Ok(store)
    }

    async fn migrate(&self, path: &Path) -> Result<(), Error> {
        let clock = Clock::default();
        let mut session =
            self.begin(Durability::Full, &clock).await.map_err(|e| opening(path, e))?;
        let place = path.display().to_string();
        match migrate::migrate(&mut session, Dialect::Sqlite, &place).await {
            Err(Error::Unavailable(source)) => {
                Err(source.downcast().map_or_else(Error::Unavailable, |sql| opening(path, *sql)))
            }
            Err(other) => Err(other),
            Ok(()) => session.commit().await,
        }
    }

    pub(super) async fn read(&self, clock: &Clock) -> Result<Session, Error> {
        let link = Link::SqliteRead(self.readers.acquire().await?);
        Ok(Session::new(link, clock.clone()))
    }

    pub(super) async fn write(
        &self,
        durability: Durability,
        clock: &Clock,
    ) -> Result<Session, Error> {
        Ok(self.begin(durability, clock).await?)
    }

    async fn begin(&self, durability: Durability, clock: &Clock) -> Result<Session, Sql> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let pool = match durability {
            Durability::Full => &self.full,
            Durability::Lazy => &self.lazy,
        };
        let link = Link::SqliteWrite(pool.begin_with("begin immediate").await?, turn);
        Ok(Session::new(link, clock.clone()))
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.lazy.close().await;
        self.full.close().await;
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
}

fn lock(path: &Path) -> Result<File, Error> {
    let name = path.with_extension("db.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&name);
    let file = file.map_err(|error| cannot_write(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(cannot_write(path, error)),
    }
}

fn cannot_write(path: &Path, error: io::Error) -> Error {
    let is_forbidden = [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem];
    if is_forbidden.contains(&error.kind()) {
        return Error::ReadOnly(path.to_owned());
    }
    Error::Unavailable(error.into())
}

/// Says of a store that cannot be opened what is the matter with it.
fn opening(path: &Path, sql: Sql) -> Error {
    let code = sql.as_database_error().and_then(|error| error.code());
    match code.and_then(|code| error::primary(&code)) {
        Some(error::BUSY) => Error::InUse(PathBuf::from(path)),
        Some(error::READ_ONLY | error::CANT_OPEN) => Error::ReadOnly(PathBuf::from(path)),
        Some(_) | None => Error::from(sql),
    }
}
