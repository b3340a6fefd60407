use std::time::Duration;

use chassis::clock::Clock;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{AssertSqlSafe, Database, Encode, Postgres, Sqlite, Transaction, Type};
use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;

use crate::error::Error;
use crate::store::{Dialect, Row, Statement, Value};

/// No statement here takes as long as this.
const SILENCE: Duration = Duration::from_secs(10);

/// A connection, in a transaction or not; one that is dropped without a commit rolls back.
pub(super) struct Session {
    link: Link,
    clock: Clock,
}

/// What a session runs on.
pub(super) enum Link {
    /// Reads of the embedded store.
    SqliteRead(PoolConnection<Sqlite>),
    /// The one writer of the embedded store, and its turn.
    SqliteWrite(Transaction<'static, Sqlite>, OwnedMutexGuard<()>),
    /// Single statements.
    PostgresRead(PoolConnection<Postgres>),
    /// A transaction; behind a pooler no prepared statement outlives it.
    PostgresWrite { transaction: Transaction<'static, Postgres>, is_pooled: bool },
}

impl Session {
    pub(super) fn new(link: Link, clock: Clock) -> Self {
        Self { link, clock }
    }

    /// Every row that the statement returns.
    pub(super) async fn all(&mut self, statement: Statement) -> Result<Vec<Row>, Error> {
        let (text, values) = self.expand(statement);
        let rows = match self.link.connection() {
            Connection::Sqlite(link) => {
                let rows = bind_sqlite(text, values).fetch_all(link).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Connection::Postgres(link, is_persistent) => {
                let query = bind_postgres(text, values).persistent(is_persistent);
                let rows = answer(query.fetch_all(link)).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        };
        Ok(rows)
    }

    /// The first row that the statement returns, if any.
    pub(super) async fn first(&mut self, statement: Statement) -> Result<Option<Row>, Error> {
        Ok(self.all(statement).await?.into_iter().next())
    }

    /// Runs the statement and says how many rows it touched.
    pub(super) async fn run(&mut self, statement: Statement) -> Result<u64, Error> {
        let (text, values) = self.expand(statement);
        match self.link.connection() {
            Connection::Sqlite(link) => {
                Ok(bind_sqlite(text, values).execute(link).await?.rows_affected())
            }
            Connection::Postgres(link, is_persistent) => {
                let query = bind_postgres(text, values).persistent(is_persistent);
                Ok(answer(query.execute(link)).await?.rows_affected())
            }
        }
    }

    /// Runs a script of several statements, without values.
    pub(super) async fn script(&mut self, script: &'static str) -> Result<(), Error> {
        match self.link.connection() {
            Connection::Sqlite(link) => {
                sqlx::raw_sql(script).execute(link).await?;
            }
            Connection::Postgres(link, _) => {
                sqlx::raw_sql(script).execute(link).await?;
            }
        }
        Ok(())
    }

    /// Commits; nothing for a session that only reads.
    pub(super) async fn commit(self) -> Result<(), Error> {
        match self.link {
            Link::SqliteWrite(transaction, turn) => {
                transaction.commit().await?;
                drop(turn);
            }
            Link::PostgresWrite { transaction, .. } => answer(transaction.commit()).await?,
            Link::SqliteRead(_) | Link::PostgresRead(_) => {}
        }
        Ok(())
    }

    fn expand(&self, statement: Statement) -> (String, Vec<Value>) {
        match self.link {
            Link::SqliteRead(_) | Link::SqliteWrite(..) => {
                statement.expand(Dialect::Sqlite, self.clock.now().micros())
            }
            Link::PostgresRead(_) | Link::PostgresWrite { .. } => {
                statement.expand(Dialect::Postgres, self.clock.offset())
            }
        }
    }
}

/// What the server answers, as long as it answers: a connection whose other end vanished is silent.
async fn answer<T>(asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Error> {
    match timeout(SILENCE, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Error::Unavailable("the database does not answer".into())),
    }
}

enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection, bool),
}

impl Link {
    fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::SqliteRead(link) => Connection::Sqlite(link),
            Self::SqliteWrite(link, _) => Connection::Sqlite(link),
            Self::PostgresRead(link) => Connection::Postgres(link, true),
            Self::PostgresWrite { transaction, is_pooled } => {
                Connection::Postgres(transaction, !*is_pooled)
            }
        }
    }
}

// Every text comes from a template in this module's files, and values are always bound.

fn bind_sqlite(text: String, values: Vec<Value>) -> Query<'static, Sqlite, SqliteArguments> {
    values.into_iter().fold(sqlx::query(AssertSqlSafe(text)), bind)
}

fn bind_postgres(text: String, values: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    values.into_iter().fold(sqlx::query(AssertSqlSafe(text)), bind)
}

fn bind<D>(query: Query<'static, D, D::Arguments>, value: Value) -> Query<'static, D, D::Arguments>
where
    D: Database,
    Option<i64>: Type<D> + for<'q> Encode<'q, D>,
    Option<String>: Type<D> + for<'q> Encode<'q, D>,
    Option<Vec<u8>>: Type<D> + for<'q> Encode<'q, D>,
{
    match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    }
}
