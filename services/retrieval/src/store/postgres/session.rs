use chassis::clock::Clock;
use chassis::config::Pooler;
use chassis::task;
use sqlx::postgres::{PgArguments, PgConnection, PgPool, PgRow};
use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{AssertSqlSafe, Decode, FromRow, Postgres, Transaction, Type};

use crate::Error;

/// A transaction; one that is dropped without a commit rolls back.
///
/// Every statement runs in one. Behind a pooler that changes connections with each, none of them
/// is prepared under a name, since another client's statement would answer to it.
pub(super) struct Session {
    transaction: Transaction<'static, Postgres>,
    pub(super) is_persistent: bool,
    /// What the clock adds to the database's time, in microseconds.
    pub(super) offset: i64,
}

impl Session {
    /// Begins a transaction by this statement.
    pub(super) async fn begin(
        pool: &PgPool,
        begin: &'static str,
        pooler: Pooler,
        clock: &Clock,
    ) -> Result<Self, Error> {
        let is_persistent = pooler == Pooler::None;
        let pool = pool.clone();
        // Whoever is given up while it begins would leave its connection in a transaction that the
        // next one takes for its own, so a begin is never given up.
        let began = task::spawn(async move { pool.begin_with(begin).await });
        let transaction = began.await.map_err(Error::broken)??;
        Ok(Self { transaction, is_persistent, offset: clock.offset() })
    }

    /// What statements run on.
    pub(super) fn link(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// A statement that returns nothing.
    pub(super) fn query<'q>(&self, sql: &'static str) -> Query<'q, Postgres, PgArguments> {
        sqlx::query(sql).persistent(self.is_persistent)
    }

    /// A statement that returns rows of one shape.
    pub(super) fn rows<'q, T>(&self, sql: &'static str) -> QueryAs<'q, Postgres, T, PgArguments>
    where
        T: for<'r> FromRow<'r, PgRow>,
    {
        sqlx::query_as(sql).persistent(self.is_persistent)
    }

    /// A statement that was put together of our own words; how its rows are best found depends on
    /// what is bound, which a kept plan forgets.
    pub(super) fn composed<'q, T>(&self, sql: String) -> QueryAs<'q, Postgres, T, PgArguments>
    where
        T: for<'r> FromRow<'r, PgRow>,
    {
        sqlx::query_as(AssertSqlSafe(sql)).persistent(false)
    }

    /// A statement that returns one value a row.
    pub(super) fn value<'q, T>(
        &self,
        sql: &'static str,
    ) -> QueryScalar<'q, Postgres, T, PgArguments>
    where
        T: Type<Postgres> + for<'r> Decode<'r, Postgres>,
        (T,): for<'r> FromRow<'r, PgRow>,
    {
        sqlx::query_scalar(sql).persistent(self.is_persistent)
    }

    /// Commits what was written.
    pub(super) async fn commit(self) -> Result<(), Error> {
        Ok(self.transaction.commit().await?)
    }
}
