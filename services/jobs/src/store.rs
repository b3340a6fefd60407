//! Every SQL statement of jobs, on SQLite and on Postgres.
//!
//! A statement is written once, as a template that a dialect expands, and each function of the
//! store is one transaction with a name. Time is the database's, plus what a test's clock adds.
//! `accept` and every end of a job commit durably; what can be done again commits lazily.

mod accept;
mod attempt;
mod claim;
mod delivery;
mod dialect;
mod error;
mod event;
mod finish;
mod gauges;
mod job;
mod listen;
mod migrate;
mod outgoing;
mod postgres;
mod progress;
mod purge;
mod reap;
mod row;
mod session;
mod sqlite;
mod statement;
mod step;
mod timeline;

pub use crate::store::accept::{Accepted, FlowVersion, Key, NewJob};
pub use crate::store::claim::{Claim, EndedAttempt, Held, Pulse, Terms};
pub use crate::store::finish::{Ended, Ending};
pub use crate::store::gauges::Gauges;
pub use crate::store::outgoing::{Answered, Fate, HeldDelivery, Lane, Outgoing};
pub use crate::store::progress::Totals;
pub use crate::store::reap::Doom;
pub use crate::store::step::{StepRecord, StepRow, StepStatus};
pub use crate::store::timeline::AttemptRow;

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::{Clock, Time};
use chassis::config::Database;

use crate::error::Error;
use crate::outbox::Outbox;
use crate::store::dialect::Dialect;
use crate::store::postgres::Postgres;
use crate::store::row::Row;
use crate::store::session::Session;
use crate::store::sqlite::Sqlite;
use crate::store::statement::{Statement, Value};

/// The rows of jobs.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Pool,
    clock: Clock,
    outbox: Arc<Outbox>,
}

#[derive(Clone, Debug)]
enum Pool {
    Sqlite(Sqlite),
    Postgres(Arc<Postgres>),
}

/// What a commit promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Durability {
    /// It survives a power cut.
    Full,
    /// It survives a crash of the process; a power cut may undo the last moments.
    Lazy,
}

impl Store {
    /// Opens the store and brings its tables up to date.
    pub async fn open(database: &Database, clock: Clock, outbox: Outbox) -> Result<Self, Error> {
        let pool = match database {
            Database::Sqlite { folder, max_connections } => {
                Pool::Sqlite(Sqlite::open(folder, *max_connections).await?)
            }
            Database::Postgres { url, direct_url, pooler, max_connections } => {
                let direct = direct_url.as_ref();
                let postgres = Postgres::open(url, direct, *pooler, *max_connections).await?;
                Pool::Postgres(Arc::new(postgres))
            }
        };
        Ok(Self { pool, clock, outbox: Arc::new(outbox) })
    }

    /// Closes every connection; what is under way is finished first.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(sqlite) => sqlite.close().await,
            Pool::Postgres(postgres) => postgres.close().await,
        }
    }

    /// The time by the process's clock; rows go by the database's.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Whether the store is embedded in this process, which then is the only one that uses it.
    pub fn is_embedded(&self) -> bool {
        matches!(self.pool, Pool::Sqlite(_))
    }

    async fn read(&self) -> Result<Session, Error> {
        match &self.pool {
            Pool::Sqlite(sqlite) => sqlite.read(&self.clock).await,
            Pool::Postgres(postgres) => postgres.read(&self.clock).await,
        }
    }

    async fn write(&self, durability: Durability) -> Result<Session, Error> {
        match &self.pool {
            Pool::Sqlite(sqlite) => sqlite.write(durability, &self.clock).await,
            Pool::Postgres(postgres) => postgres.write(durability, &self.clock).await,
        }
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
