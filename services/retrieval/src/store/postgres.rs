//! The shared store: a schema on a Postgres server.

mod collection;
mod document;
mod migrate;
mod put;
mod ranking;
mod session;
mod snapshot;
mod space;

use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use chassis::auth::Tenant;
use chassis::clock::Clock;
use chassis::config::Pooler;
use chassis::secret::{Secret, Source};
use futures_util::future::try_join_all;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::Error;
use crate::collection::Collection;
use crate::document::{Document, Put};
use crate::page::Span;
use crate::prepare::Prepared;
pub(super) use crate::store::postgres::migrate::migrate;
use crate::store::postgres::session::Session;
use crate::store::postgres::snapshot::Reading;
use crate::store::row::SpaceRow;
use crate::store::{Kept, Known, Sample, Snapshot, Store, failure};

/// A connection that rested longer than this is asked whether it still lives.
const RESTED: Duration = Duration::from_secs(1);
/// How long a call waits for a connection before it is told to come back later.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How many answers are compared to find out whether a pooler mixes them up.
const PROBES: i64 = 64;

/// A pool of connections, and how they may be used.
pub(super) struct Postgres {
    pool: PgPool,
    source: Source,
    pooler: Pooler,
    clock: Clock,
}

impl Postgres {
    /// Connects to the server.
    pub(super) async fn open(
        url: &Secret,
        pooler: Pooler,
        max_connections: u32,
        clock: Clock,
    ) -> Result<Self, Error> {
        let source = Source::new(url);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, rest| {
                Box::pin(
                    async move { Ok(rest.idle_for < RESTED || connection.ping().await.is_ok()) },
                )
            })
            .connect_with(options(url)?)
            .await
            .map_err(failure::connecting)?;
        let store = Self { pool, source, pooler, clock };
        store.probe().await?;
        Ok(store)
    }

    /// Asks much at once: a pooler that mixes up prepared statements gives another one's answer.
    async fn probe(&self) -> Result<(), Error> {
        let ask = |number: i64| async move {
            match self.successor(number).await {
                Ok(answer) if answer == number + 1 => Ok(()),
                Ok(_) => Err(self.mixed_up()),
                Err(error) if failure::is_of_another(&error) => Err(self.mixed_up()),
                Err(error) => Err(error.into()),
            }
        };
        try_join_all((0..PROBES).map(ask)).await.map(drop)
    }

    /// What follows a number, asked as every statement is, or as would show that a pooler is there.
    async fn successor(&self, number: i64) -> Result<i64, sqlx::Error> {
        let query = sqlx::query_scalar("select $1::bigint + 1").bind(number);
        if self.pooler == Pooler::None {
            return query.fetch_one(&self.pool).await;
        }
        let mut transaction = self.pool.begin().await?;
        let answer = query.persistent(false).fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(answer)
    }

    fn mixed_up(&self) -> Error {
        match self.pooler {
            Pooler::None => Error::MixedUp,
            Pooler::Transaction => Error::Untransacted,
        }
    }

    /// The pool, whose new connections are made with the password as it is now.
    fn pool(&self) -> Result<&PgPool, Error> {
        if let Some(url) = self.source.changed() {
            self.pool.set_connect_options(options(url)?);
        }
        Ok(&self.pool)
    }

    async fn write(&self) -> Result<Session, Error> {
        Session::begin(self.pool()?, "begin", self.pooler, &self.clock).await
    }

    /// A transaction that sees one state of the database, whatever is written meanwhile.
    async fn read(&self) -> Result<Session, Error> {
        let begin = "begin isolation level repeatable read, read only";
        Session::begin(self.pool()?, begin, self.pooler, &self.clock).await
    }
}

fn options(url: &Secret) -> Result<PgConnectOptions, Error> {
    let options = PgConnectOptions::from_str(url.expose()).map_err(failure::connecting)?;
    // Some poolers refuse a connection that asks for this, and nothing here needs it.
    Ok(options.extra_float_digits(None).application_name("throughline-retrieval"))
}

#[async_trait]
impl Store for Postgres {
    async fn create_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        description: &str,
    ) -> Result<Option<Collection>, Error> {
        let mut link = self.write().await?;
        let made = collection::insert(&mut link, tenant, name, description).await?;
        link.commit().await?;
        Ok(made)
    }

    async fn collection(&self, tenant: &Tenant, name: &str) -> Result<Option<Collection>, Error> {
        collection::find(&mut self.read().await?, tenant, name).await
    }

    async fn collections(&self, tenant: &Tenant, span: &Span) -> Result<Vec<Collection>, Error> {
        collection::list(&mut self.read().await?, tenant, span).await
    }

    async fn delete_collection(&self, tenant: &Tenant, name: &str) -> Result<Option<u64>, Error> {
        let mut link = self.write().await?;
        let deleted = collection::delete(&mut link, tenant, name).await?;
        link.commit().await?;
        Ok(deleted)
    }

    async fn known(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Known, Error> {
        put::known(&mut self.read().await?, tenant, prepared).await
    }

    async fn put(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Option<Put>, Error> {
        let mut link = self.write().await?;
        let put = put::put(&mut link, tenant, prepared).await?;
        if put.is_some() {
            link.commit().await?;
        }
        Ok(put)
    }

    async fn document(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_id: &str,
    ) -> Result<Option<Document>, Error> {
        document::find(&mut self.read().await?, tenant, collection, document_id).await
    }

    async fn documents(
        &self,
        tenant: &Tenant,
        collection: &str,
        span: &Span,
    ) -> Result<Option<Vec<Document>>, Error> {
        let mut link = self.read().await?;
        if collection::find(&mut link, tenant, collection).await?.is_none() {
            return Ok(None);
        }
        document::list(&mut link, tenant, collection, span).await.map(Some)
    }

    async fn delete(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_ids: &[String],
    ) -> Result<Option<u64>, Error> {
        let mut link = self.write().await?;
        let deleted = document::delete(&mut link, tenant, collection, document_ids).await?;
        link.commit().await?;
        Ok(deleted)
    }

    async fn spaces(&self, tenant: &Tenant, collection: &str) -> Result<Vec<Kept>, Error> {
        let rows = space::of(&mut self.read().await?, tenant, collection).await?;
        Ok(rows.into_iter().map(SpaceRow::kept).collect())
    }

    async fn sample(&self, _: &Tenant, _: &str) -> Result<Option<Sample>, Error> {
        Ok(None)
    }

    async fn snapshot(
        &self,
        tenant: &Tenant,
        collection: &str,
    ) -> Result<Option<Box<dyn Snapshot>>, Error> {
        let reading = Reading::begin(self.read().await?, tenant, collection).await?;
        Ok(reading.map(|reading| Box::new(reading) as Box<dyn Snapshot>))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
