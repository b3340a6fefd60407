//! Our own store, with the table that is attached as one more collection of one tenant.

use std::sync::Arc;

use async_trait::async_trait;
use chassis::auth::Tenant;

use crate::Error;
use crate::collection::Collection;
use crate::document::{Document, Put};
use crate::page::Span;
use crate::prepare::Prepared;
use crate::store::{Attached, Kept, Sample, Snapshot, Store};

/// Asks the table where it is meant, and the store in every other case.
pub(crate) struct Shelves {
    own: Arc<dyn Store>,
    attached: Arc<Attached>,
}

impl Shelves {
    pub(crate) fn new(own: Arc<dyn Store>, attached: Arc<Attached>) -> Self {
        Self { own, attached }
    }

    fn refuse(&self, tenant: &Tenant, collection: &str) -> Result<(), Error> {
        match self.attached.is(tenant, collection) {
            true => Err(Error::CollectionReadOnly(collection.to_owned())),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl Store for Shelves {
    async fn create_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        description: &str,
    ) -> Result<Option<Collection>, Error> {
        match self.attached.is(tenant, name) {
            true => Ok(None),
            false => self.own.create_collection(tenant, name, description).await,
        }
    }

    async fn collection(&self, tenant: &Tenant, name: &str) -> Result<Option<Collection>, Error> {
        match self.attached.is(tenant, name) {
            true => self.attached.collection().await.map(Some),
            false => self.own.collection(tenant, name).await,
        }
    }

    async fn collections(&self, tenant: &Tenant, span: &Span) -> Result<Vec<Collection>, Error> {
        let mut rows = self.own.collections(tenant, span).await?;
        let name = self.attached.name();
        rows.retain(|row| !self.attached.is(tenant, &row.collection));
        let at = rows.partition_point(|row| row.collection.as_str() < name);
        // After a row that begins the next page it would be told there again.
        if self.attached.is_of(tenant) && name > span.after.as_str() && at <= span.size {
            rows.insert(at, self.attached.listed().await);
            rows.truncate(span.size + 1);
        }
        Ok(rows)
    }

    async fn delete_collection(&self, tenant: &Tenant, name: &str) -> Result<Option<u64>, Error> {
        self.refuse(tenant, name)?;
        self.own.delete_collection(tenant, name).await
    }

    async fn put(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Put, Error> {
        self.refuse(tenant, &prepared.document.collection)?;
        self.own.put(tenant, prepared).await
    }

    async fn document(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_id: &str,
    ) -> Result<Option<Document>, Error> {
        match self.attached.is(tenant, collection) {
            true => self.attached.document(document_id).await,
            false => self.own.document(tenant, collection, document_id).await,
        }
    }

    async fn documents(
        &self,
        tenant: &Tenant,
        collection: &str,
        span: &Span,
    ) -> Result<Option<Vec<Document>>, Error> {
        match self.attached.is(tenant, collection) {
            true => self.attached.documents(span).await.map(Some),
            false => self.own.documents(tenant, collection, span).await,
        }
    }

    async fn delete(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_ids: &[String],
    ) -> Result<Option<u64>, Error> {
        self.refuse(tenant, collection)?;
        self.own.delete(tenant, collection, document_ids).await
    }

    async fn spaces(&self, tenant: &Tenant, collection: &str) -> Result<Vec<Kept>, Error> {
        match self.attached.is(tenant, collection) {
            true => self.attached.spaces().await,
            false => self.own.spaces(tenant, collection).await,
        }
    }

    async fn sample(&self, tenant: &Tenant, collection: &str) -> Result<Option<Sample>, Error> {
        match self.attached.is(tenant, collection) {
            true => self.attached.sample().await,
            false => self.own.sample(tenant, collection).await,
        }
    }

    async fn snapshot(
        &self,
        tenant: &Tenant,
        collection: &str,
    ) -> Result<Option<Box<dyn Snapshot>>, Error> {
        match self.attached.is(tenant, collection) {
            true => self.attached.snapshot().await.map(Some),
            false => self.own.snapshot(tenant, collection).await,
        }
    }

    async fn close(&self) {
        self.attached.close().await;
        self.own.close().await;
    }
}
