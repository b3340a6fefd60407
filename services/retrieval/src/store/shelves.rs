//! Our own store, with the tables that are attached as more collections.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chassis::auth::Tenant;

use crate::Error;
use crate::collection::{Change, Collection, Settings};
use crate::document::{Document, Put};
use crate::filter::Filter;
use crate::page::Span;
use crate::prepare::Prepared;
use crate::store::{Attached, Kept, Known, Origin, Sample, Snapshot, Store};

/// Asks a table where it is meant, and the store in every other case.
pub(crate) struct Shelves {
    own: Arc<dyn Store>,
    /// Those that the configuration names, by the name of the collection; the operator's tenant
    /// sees them.
    fixed: BTreeMap<String, Attached>,
    origins: Vec<Arc<Origin>>,
}

impl Shelves {
    pub(crate) fn new(
        own: Arc<dyn Store>,
        fixed: BTreeMap<String, Attached>,
        origins: Vec<Arc<Origin>>,
    ) -> Self {
        Self { own, fixed, origins }
    }

    fn fixed(&self, tenant: &Tenant, collection: &str) -> Option<&Attached> {
        self.fixed.get(collection).filter(|_| *tenant == Tenant::default())
    }

    fn refuse(&self, tenant: &Tenant, collection: &str) -> Result<(), Error> {
        match self.fixed(tenant, collection) {
            Some(_) => Err(Error::CollectionReadOnly(collection.to_owned())),
            None => Ok(()),
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
        settings: &Settings,
    ) -> Result<Option<Collection>, Error> {
        match self.fixed(tenant, name) {
            Some(_) => Ok(None),
            None => self.own.create_collection(tenant, name, description, settings).await,
        }
    }

    async fn update_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        change: &Change,
    ) -> Result<Option<Collection>, Error> {
        self.refuse(tenant, name)?;
        self.own.update_collection(tenant, name, change).await
    }

    async fn settings(&self, tenant: &Tenant, name: &str) -> Result<Option<Settings>, Error> {
        match self.fixed(tenant, name) {
            Some(_) => Ok(Some(Settings::default())),
            None => self.own.settings(tenant, name).await,
        }
    }

    async fn collection(&self, tenant: &Tenant, name: &str) -> Result<Option<Collection>, Error> {
        match self.fixed(tenant, name) {
            Some(attached) => attached.collection().await.map(Some),
            None => self.own.collection(tenant, name).await,
        }
    }

    async fn collections(&self, tenant: &Tenant, span: &Span) -> Result<Vec<Collection>, Error> {
        let mut rows = self.own.collections(tenant, span).await?;
        rows.retain(|row| self.fixed(tenant, &row.collection).is_none());
        for (name, attached) in &self.fixed {
            let at = rows.partition_point(|row| row.collection.as_str() < name.as_str());
            // After a row that begins the next page it would be told there again.
            let is_here = *tenant == Tenant::default() && *name > span.after && at <= span.size;
            if is_here {
                rows.insert(at, attached.listed().await);
                rows.truncate(span.size + 1);
            }
        }
        Ok(rows)
    }

    async fn delete_collection(&self, tenant: &Tenant, name: &str) -> Result<Option<u64>, Error> {
        self.refuse(tenant, name)?;
        self.own.delete_collection(tenant, name).await
    }

    async fn known(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Known, Error> {
        self.refuse(tenant, &prepared.document.collection)?;
        self.own.known(tenant, prepared).await
    }

    async fn put(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Option<Put>, Error> {
        self.refuse(tenant, &prepared.document.collection)?;
        self.own.put(tenant, prepared).await
    }

    async fn document(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_id: &str,
    ) -> Result<Option<Document>, Error> {
        match self.fixed(tenant, collection) {
            Some(attached) => attached.document(document_id).await,
            None => self.own.document(tenant, collection, document_id).await,
        }
    }

    async fn documents(
        &self,
        tenant: &Tenant,
        collection: &str,
        span: &Span,
    ) -> Result<Option<Vec<Document>>, Error> {
        match self.fixed(tenant, collection) {
            Some(attached) => attached.documents(span).await.map(Some),
            None => self.own.documents(tenant, collection, span).await,
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

    async fn delete_passing(
        &self,
        tenant: &Tenant,
        collection: &str,
        filter: &Filter,
        most: u32,
    ) -> Result<Option<u64>, Error> {
        self.refuse(tenant, collection)?;
        self.own.delete_passing(tenant, collection, filter, most).await
    }

    async fn spaces(&self, tenant: &Tenant, collection: &str) -> Result<Vec<Kept>, Error> {
        match self.fixed(tenant, collection) {
            Some(attached) => attached.spaces().await,
            None => self.own.spaces(tenant, collection).await,
        }
    }

    fn lacks_vectors(&self, tenant: &Tenant, collection: &str) -> Option<&str> {
        match self.fixed(tenant, collection) {
            Some(_) => None,
            None => self.own.lacks_vectors(tenant, collection),
        }
    }

    async fn sample(&self, tenant: &Tenant, collection: &str) -> Result<Option<Sample>, Error> {
        match self.fixed(tenant, collection) {
            Some(attached) => attached.sample().await,
            None => self.own.sample(tenant, collection).await,
        }
    }

    async fn snapshot(
        &self,
        tenant: &Tenant,
        collection: &str,
    ) -> Result<Option<Box<dyn Snapshot>>, Error> {
        match self.fixed(tenant, collection) {
            Some(attached) => attached.snapshot().await.map(Some),
            None => self.own.snapshot(tenant, collection).await,
        }
    }

    async fn close(&self) {
        for origin in &self.origins {
            origin.close().await;
        }
        self.own.close().await;
    }
}
