use std::sync::Arc;
use std::time::Duration;

use chassis::deadline;
use sqlx::postgres::{PgArguments, PgConnection, PgPool, PgRow};
use sqlx::query::QueryAs;
use sqlx::{AssertSqlSafe, Error as Sql, FromRow, Postgres, Transaction};

use crate::config::Place;
use crate::store::attached::failure;
use crate::store::attached::layout::Layout;
use crate::{Error, Fault};

const BEGIN: &str = "begin isolation level repeatable read, read only";

/// A transaction that only reads, and the shape of what it reads.
pub(super) struct Session {
    transaction: Transaction<'static, Postgres>,
    pub(super) layout: Arc<Layout>,
}

impl Session {
    pub(super) async fn begin(
        pool: &PgPool,
        place: &Place,
        layout: Arc<Layout>,
    ) -> Result<Self, Fault> {
        let begun = begin(pool, place.limits.timeout).await;
        let transaction = begun.map_err(|error| failure::failed(&error, &layout))?;
        Ok(Self { transaction, layout })
    }

    /// What statements run on.
    pub(super) fn link(&mut self) -> &mut Transaction<'static, Postgres> {
        &mut self.transaction
    }

    /// Marks where to go back to if what follows fails.
    pub(super) async fn mark(&mut self) -> Result<(), Error> {
        let marked = sqlx::raw_sql("savepoint leg").execute(&mut *self.transaction).await;
        marked.map(drop).map_err(|error| self.failed(&error))
    }

    /// Goes back to the mark where something failed, so that other statements still can run.
    pub(super) async fn undo(&mut self) {
        let undone = sqlx::raw_sql("rollback to savepoint leg").execute(&mut *self.transaction);
        if let Err(error) = undone.await {
            // The next statement says what is the matter.
            tracing::debug!(%error, "a leg could not be undone");
        }
    }

    /// What a statement's failure means.
    pub(super) fn failed(&self, error: &Sql) -> Error {
        failure::failed(error, &self.layout).into()
    }
}

/// Begins to read, with a bound on what each statement may take.
pub(super) async fn begin(
    pool: &PgPool,
    most: Duration,
) -> Result<Transaction<'static, Postgres>, Sql> {
    let left = deadline::current().map_or(Duration::MAX, |deadline| deadline.remaining());
    // Zero would mean no bound.
    let most = most.min(left).as_millis().max(1).to_string();
    let mut transaction = pool.begin_with(BEGIN).await?;
    set(&mut transaction, "statement_timeout", &most).await?;
    Ok(transaction)
}

/// Changes a setting of the database for the rest of the transaction.
pub(super) async fn set(link: &mut PgConnection, name: &str, value: &str) -> Result<(), Sql> {
    sqlx::query("select set_config($1, $2, true)")
        .persistent(false)
        .bind(name)
        .bind(value)
        .execute(link)
        .await
        .map(drop)
}

/// A statement that was put together of our own words and of names from the catalogue, quoted there.
pub(super) fn rows<'q, T>(sql: String) -> QueryAs<'q, Postgres, T, PgArguments>
where
    T: for<'r> FromRow<'r, PgRow>,
{
    sqlx::query_as(AssertSqlSafe(sql)).persistent(false)
}
