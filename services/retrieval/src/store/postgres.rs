//! The shared store: a schema on a Postgres server.

mod attachment;
mod collection;
mod dense;
mod document;
mod extension;
mod facts;
mod filter;
mod index;
mod lexemes;
mod migrate;
mod put;
mod ranking;
mod recut;
mod session;
mod snapshot;
mod space;
mod table;
mod vector;

use std::str::FromStr;
use std::sync::Arc;
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
use crate::attachment::TableSource;
use crate::collection::{Change, Collection, Settings};
use crate::config::Indexing;
use crate::document::{Document, Put};
use crate::filter::Filter;
use crate::page::Span;
use crate::prepare::Prepared;
use crate::store::postgres::index::Keeper;
pub(super) use crate::store::postgres::migrate::migrate;
use crate::store::postgres::ranking::Place;
use crate::store::postgres::session::Session;
use crate::store::postgres::snapshot::Reading;
use crate::store::postgres::table::Table;
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
    /// The table of vectors, or why there is none and what to do about it.
    table: Result<Arc<Table>, String>,
    /// What builds indexes, where it can.
    keeper: Option<Keeper>,
}

/// Where a server is.
pub(super) struct Server<'a> {
    pub(super) url: &'a Secret,
    /// Where it is past any pooler.
    pub(super) direct_url: Option<&'a Secret>,
    pub(super) pooler: Pooler,
}

impl Server<'_> {
    /// Where the server itself is, if that is known.
    fn direct(&self) -> Option<&Secret> {
        self.direct_url.or_else(|| (self.pooler == Pooler::None).then_some(self.url))
    }
}

impl Postgres {
    /// Connects to the server.
    pub(super) async fn open(
        server: &Server<'_>,
        max_connections: u32,
        indexing: Indexing,
        clock: Clock,
    ) -> Result<Self, Error> {
        let source = Source::new(server.url);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, rest| {
                Box::pin(
                    async move { Ok(rest.idle_for < RESTED || connection.ping().await.is_ok()) },
                )
            })
            .connect_with(options(server.url)?)
            .await
            .map_err(failure::connecting)?;
        let (pooler, table) = (server.pooler, Err(String::new()));
        let mut store = Self { pool, source, pooler, clock, table, keeper: None };
        store.probe().await?;
        store.look(server, indexing).await?;
        Ok(store)
    }

    /// Looks whether there is a table of vectors, and has its indexes kept.
    async fn look(&mut self, server: &Server<'_>, indexing: Indexing) -> Result<(), Error> {
        let found = extension::find(self.read().await?.link()).await?;
        let direct = server.direct().cloned();
        let is_direct = direct.is_some();
        self.table = found.map(|extension| Arc::new(Table { extension, indexing, is_direct }));
        match &self.table {
            Ok(table) => {
                let start = |direct| Keeper::start(self.pool.clone(), direct, Arc::clone(table));
                self.keeper = direct.map(start);
            }
            Err(why) => tracing::warn!(why, "no vectors are kept: searches go by words alone"),
        }
        Ok(())
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

    fn table(&self) -> Option<&Table> {
        self.table.as_deref().ok()
    }

    /// Says that vectors came, of which there may be enough for an index now.
    fn ring(&self, prepared: &Prepared) {
        if let Some(keeper) = &self.keeper
            && !prepared.vectors.is_empty()
        {
            keeper.ring();
        }
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
        settings: &Settings,
    ) -> Result<Option<Collection>, Error> {
        let mut link = self.write().await?;
        let made = collection::insert(&mut link, tenant, name, description, settings).await?;
        link.commit().await?;
        Ok(made)
    }

    async fn update_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        change: &Change,
    ) -> Result<Option<Collection>, Error> {
        let mut link = self.write().await?;
        collection::update(&mut link, tenant, name, change).await?;
        let changed = collection::find(&mut link, tenant, name).await?;
        link.commit().await?;
        Ok(changed)
    }

    async fn settings(&self, tenant: &Tenant, name: &str) -> Result<Option<Settings>, Error> {
        let kept = collection::settings(&mut self.read().await?, tenant, name).await?;
        kept.map(|kept| Settings::read(&kept)).transpose()
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
        match self.table() {
            Some(_) => put::known(&mut self.read().await?, tenant, prepared).await,
            None => Ok(Known::default()),
        }
    }

    async fn put(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Option<Put>, Error> {
        let mut link = self.write().await?;
        let put = put::put(&mut link, self.table(), tenant, prepared).await?;
        if put.is_some() {
            link.commit().await?;
            self.ring(prepared);
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
        let deleted =
            document::delete(&mut link, self.table(), tenant, collection, document_ids).await?;
        link.commit().await?;
        Ok(deleted)
    }

    async fn delete_passing(
        &self,
        tenant: &Tenant,
        collection: &str,
        filter: &Filter,
        most: u32,
    ) -> Result<Option<u64>, Error> {
        let mut link = self.write().await?;
        // Taken before the filter is asked, so that no put changes what passes in between.
        if collection::take(&mut link, tenant, collection).await?.is_none() {
            return Ok(None);
        }
        let ids = filter::documents(&mut link, Place { tenant, collection }, filter, most).await?;
        let deleted = document::delete(&mut link, self.table(), tenant, collection, &ids).await?;
        link.commit().await?;
        Ok(deleted)
    }

    async fn spaces(&self, tenant: &Tenant, collection: &str) -> Result<Vec<Kept>, Error> {
        if self.table.is_err() {
            return Ok(Vec::new());
        }
        let rows = space::of(&mut self.read().await?, tenant, collection).await?;
        Ok(rows.into_iter().map(SpaceRow::kept).collect())
    }

    async fn lacks_vectors(&self, _: &Tenant, _: &str) -> Result<Option<&str>, Error> {
        Ok(self.table.as_ref().err().map(String::as_str))
    }

    async fn sample(&self, _: &Tenant, _: &str) -> Result<Option<Sample>, Error> {
        Ok(None)
    }

    async fn snapshot(
        &self,
        tenant: &Tenant,
        collection: &str,
    ) -> Result<Option<Box<dyn Snapshot>>, Error> {
        let reading =
            Reading::begin(self.read().await?, self.table.clone().ok(), tenant, collection);
        let reading = reading.await?;
        Ok(reading.map(|reading| Box::new(reading) as Box<dyn Snapshot>))
    }

    async fn attach(
        &self,
        tenant: &Tenant,
        name: &str,
        source: &TableSource,
    ) -> Result<bool, Error> {
        let mut link = self.write().await?;
        let is_new = attachment::insert(&mut link, tenant, name, source).await?;
        link.commit().await?;
        Ok(is_new)
    }

    async fn detach(&self, tenant: &Tenant, name: &str) -> Result<bool, Error> {
        let mut link = self.write().await?;
        let was_there = attachment::delete(&mut link, tenant, name).await?;
        link.commit().await?;
        Ok(was_there)
    }

    async fn attachment(&self, tenant: &Tenant, name: &str) -> Result<Option<TableSource>, Error> {
        attachment::find(&mut self.read().await?, tenant, name).await
    }

    async fn attachments(
        &self,
        tenant: &Tenant,
        span: &Span,
    ) -> Result<Vec<(String, TableSource)>, Error> {
        attachment::list(&mut self.read().await?, tenant, span).await
    }

    async fn close(&self) {
        if let Some(keeper) = &self.keeper {
            keeper.stop().await;
        }
        self.pool.close().await;
    }
}
