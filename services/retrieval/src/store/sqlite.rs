//! The embedded store: one file, one writer at a time, readers beside it.

mod attachment;
mod cache;
mod collection;
mod dense;
mod document;
mod facts;
mod file;
mod filter;
mod migrate;
mod put;
mod recut;
mod snapshot;
mod space;
mod vector;
mod words;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use chassis::auth::Tenant;
use chassis::clock::Clock;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite as Db, Transaction};

use crate::Error;
use crate::attachment::TableSource;
use crate::collection::{Change, Collection, Settings};
use crate::document::{Document, Put};
use crate::filter::Filter;
use crate::page::Span;
use crate::prepare::Prepared;
use crate::store::row::SpaceRow;
use crate::store::sqlite::cache::Cache;
use crate::store::sqlite::snapshot::Reading;
use crate::store::{Kept, Known, Sample, Snapshot, Store, failure};

/// The pools of one file.
pub(super) struct Sqlite {
    /// One connection, so that writers queue here and not in the database.
    writer: SqlitePool,
    readers: SqlitePool,
    clock: Clock,
    cache: Arc<Cache>,
    /// Held until the store is closed.
    lock: File,
}

impl Sqlite {
    /// Opens the file in this folder, or makes it, and brings its tables up to date.
    pub(super) async fn open(
        folder: &Path,
        readers: u32,
        cache_bytes: usize,
        clock: Clock,
    ) -> Result<Self, Error> {
        let path = file::path(folder)?;
        let lock = file::lock(&path)?;
        let opening = |error| failure::opening(&path, error);
        let writer = file::writer(&path).await.map_err(opening)?;
        let found = match writer.begin_with(WRITE).await {
            Ok(transaction) => migrate::migrate(transaction, clock.now()).await,
            Err(error) => Err(error),
        };
        if let Some(found) = found.map_err(opening)? {
            let place = path.display().to_string();
            return Err(Error::Newer { place, found, known: migrate::LATEST });
        }
        let cache = Arc::new(Cache::new(cache_bytes));
        Ok(Self { writer, readers: file::readers(&path, readers), clock, cache, lock })
    }

    /// A transaction that holds the write lock from its begin, so that it never has to start anew.
    async fn write(&self) -> Result<Transaction<'static, Db>, Error> {
        Ok(self.writer.begin_with(WRITE).await?)
    }

    /// A transaction that sees one state of the file, whatever is written meanwhile.
    async fn read(&self) -> Result<Transaction<'static, Db>, Error> {
        Ok(self.readers.begin().await?)
    }
}

const WRITE: &str = "begin immediate";

#[async_trait]
impl Store for Sqlite {
    async fn create_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        description: &str,
        settings: &Settings,
    ) -> Result<Option<Collection>, Error> {
        let mut link = self.write().await?;
        let now = self.clock.now();
        let made = collection::insert(&mut link, tenant, name, description, settings, now).await?;
        let is_new = made.is_some();
        let made = collection::find(&mut link, tenant, name).await?;
        link.commit().await?;
        Ok(made.filter(|_| is_new))
    }

    async fn update_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        change: &Change,
    ) -> Result<Option<Collection>, Error> {
        let mut link = self.write().await?;
        collection::update(&mut link, tenant, name, change, self.clock.now()).await?;
        let changed = collection::find(&mut link, tenant, name).await?;
        link.commit().await?;
        Ok(changed)
    }

    async fn settings(&self, tenant: &Tenant, name: &str) -> Result<Option<Settings>, Error> {
        let kept = collection::settings(&mut *self.read().await?, tenant, name).await?;
        kept.map(|kept| Settings::read(&kept)).transpose()
    }

    async fn collection(&self, tenant: &Tenant, name: &str) -> Result<Option<Collection>, Error> {
        collection::find(&mut *self.read().await?, tenant, name).await
    }

    async fn collections(&self, tenant: &Tenant, span: &Span) -> Result<Vec<Collection>, Error> {
        collection::list(&mut *self.read().await?, tenant, span).await
    }

    async fn delete_collection(&self, tenant: &Tenant, name: &str) -> Result<Option<u64>, Error> {
        let mut link = self.write().await?;
        let deleted = collection::delete(&mut link, tenant, name).await?;
        link.commit().await?;
        Ok(deleted)
    }

    async fn known(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Known, Error> {
        vector::known(&mut *self.read().await?, tenant, prepared).await
    }

    async fn put(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Option<Put>, Error> {
        let mut link = self.write().await?;
        let put = put::put(&mut link, tenant, prepared, self.clock.now()).await?;
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
        document::find(&mut *self.read().await?, tenant, collection, document_id).await
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
        let now = self.clock.now();
        let deleted = document::delete(&mut link, tenant, collection, document_ids, now).await?;
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
        let place = (tenant.as_str(), collection);
        let ids = filter::documents(&mut link, place, filter, most).await?;
        let now = self.clock.now();
        let deleted = document::delete(&mut link, tenant, collection, &ids, now).await?;
        link.commit().await?;
        Ok(deleted)
    }

    async fn spaces(&self, tenant: &Tenant, collection: &str) -> Result<Vec<Kept>, Error> {
        let rows = space::of(&mut *self.read().await?, tenant, collection).await?;
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
        let reading = Reading::begin(self.read().await?, tenant, collection, &self.cache).await?;
        Ok(reading.map(|reading| Box::new(reading) as Box<dyn Snapshot>))
    }

    async fn attach(
        &self,
        tenant: &Tenant,
        name: &str,
        source: &TableSource,
    ) -> Result<bool, Error> {
        let mut link = self.write().await?;
        let is_new = attachment::insert(&mut link, tenant, name, source, self.clock.now()).await?;
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
        attachment::find(&mut *self.read().await?, tenant, name).await
    }

    async fn attachments(
        &self,
        tenant: &Tenant,
        span: &Span,
    ) -> Result<Vec<(String, TableSource)>, Error> {
        attachment::list(&mut *self.read().await?, tenant, span).await
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        if let Err(error) = self.lock.unlock() {
            tracing::warn!(%error, "the lock of the embedded store stays until this process ends");
        }
    }
}
