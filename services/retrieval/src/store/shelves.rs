//! Our own store, with the tables that are attached as more collections.

mod bound;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chassis::auth::Tenant;

use crate::Error;
use crate::attachment::{Seen, TableSource};
use crate::collection::{Change, Collection, Settings};
use crate::document::{Document, Put};
use crate::filter::Filter;
use crate::page::Span;
use crate::prepare::Prepared;
use crate::store::shelves::bound::Bound;
pub(crate) use crate::store::shelves::bound::Origins;
use crate::store::{Attached, Kept, Known, Sample, Snapshot, Store};

/// Asks a table where it is meant, and the store in every other case.
///
/// What the settings attach comes first; then what the store has; then what callers attached, so
/// that collections of our own cost no look at those.
pub(crate) struct Shelves {
    own: Arc<dyn Store>,
    /// What the settings attach, by the name of the collection: the operator's tenant sees it.
    fixed: BTreeMap<String, Arc<Attached>>,
    bound: Bound,
}

impl Shelves {
    pub(crate) fn new(
        own: Arc<dyn Store>,
        fixed: BTreeMap<String, Arc<Attached>>,
        origins: Origins,
    ) -> Self {
        Self { own, fixed, bound: Bound::new(origins) }
    }

    fn fixed(&self, tenant: &Tenant, collection: &str) -> Option<&Arc<Attached>> {
        self.fixed.get(collection).filter(|_| *tenant == Tenant::default())
    }

    /// What a caller attached under this name.
    async fn bound(&self, tenant: &Tenant, name: &str) -> Result<Option<Arc<Attached>>, Error> {
        let source = self.own.attachment(tenant, name).await?;
        source.map(|source| self.bound.of(tenant, name, source)).transpose()
    }

    async fn refuse(&self, tenant: &Tenant, collection: &str) -> Result<(), Error> {
        let is_attached = self.fixed(tenant, collection).is_some()
            || self.own.attachment(tenant, collection).await?.is_some();
        match is_attached {
            true => Err(Error::CollectionReadOnly(collection.to_owned())),
            false => Ok(()),
        }
    }

    /// The tables that stand between the rows of a list.
    async fn between(
        &self,
        tenant: &Tenant,
        span: &Span,
    ) -> Result<BTreeMap<String, Arc<Attached>>, Error> {
        let mut tables = BTreeMap::new();
        for (name, source) in self.own.attachments(tenant, span).await? {
            tables.insert(name.clone(), self.bound.of(tenant, &name, source)?);
        }
        if *tenant == Tenant::default() {
            let later = self.fixed.iter().filter(|(name, _)| **name > span.after);
            tables.extend(later.map(|(name, table)| (name.clone(), Arc::clone(table))));
        }
        Ok(tables)
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
        match self.refuse(tenant, name).await {
            Ok(()) => self.own.create_collection(tenant, name, description, settings).await,
            Err(Error::CollectionReadOnly(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn update_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        change: &Change,
    ) -> Result<Option<Collection>, Error> {
        self.refuse(tenant, name).await?;
        self.own.update_collection(tenant, name, change).await
    }

    async fn settings(&self, tenant: &Tenant, name: &str) -> Result<Option<Settings>, Error> {
        if self.fixed(tenant, name).is_some() {
            return Ok(Some(Settings::default()));
        }
        if let Some(settings) = self.own.settings(tenant, name).await? {
            return Ok(Some(settings));
        }
        let attached = self.own.attachment(tenant, name).await?;
        Ok(attached.map(|_| Settings::default()))
    }

    async fn collection(&self, tenant: &Tenant, name: &str) -> Result<Option<Collection>, Error> {
        if let Some(table) = self.fixed(tenant, name) {
            return table.collection().await.map(Some);
        }
        if let Some(found) = self.own.collection(tenant, name).await? {
            return Ok(Some(found));
        }
        match self.bound(tenant, name).await? {
            Some(table) => table.collection().await.map(Some),
            None => Ok(None),
        }
    }

    async fn collections(&self, tenant: &Tenant, span: &Span) -> Result<Vec<Collection>, Error> {
        let mut rows = self.own.collections(tenant, span).await?;
        let tables = self.between(tenant, span).await?;
        rows.retain(|row| !tables.contains_key(&row.collection));
        for (name, table) in tables {
            let at = rows.partition_point(|row| row.collection < name);
            // After a row that begins the next page it would be told there again.
            if at <= span.size {
                rows.insert(at, table.listed().await);
                rows.truncate(span.size + 1);
            }
        }
        Ok(rows)
    }

    async fn delete_collection(&self, tenant: &Tenant, name: &str) -> Result<Option<u64>, Error> {
        self.refuse(tenant, name).await?;
        self.own.delete_collection(tenant, name).await
    }

    async fn known(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Known, Error> {
        self.refuse(tenant, &prepared.document.collection).await?;
        self.own.known(tenant, prepared).await
    }

    async fn put(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Option<Put>, Error> {
        self.refuse(tenant, &prepared.document.collection).await?;
        self.own.put(tenant, prepared).await
    }

    async fn document(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_id: &str,
    ) -> Result<Option<Document>, Error> {
        if let Some(table) = self.fixed(tenant, collection) {
            return table.document(document_id).await;
        }
        if let Some(found) = self.own.document(tenant, collection, document_id).await? {
            return Ok(Some(found));
        }
        match self.bound(tenant, collection).await? {
            Some(table) => table.document(document_id).await,
            None => Ok(None),
        }
    }

    async fn documents(
        &self,
        tenant: &Tenant,
        collection: &str,
        span: &Span,
    ) -> Result<Option<Vec<Document>>, Error> {
        if let Some(table) = self.fixed(tenant, collection) {
            return table.documents(span).await.map(Some);
        }
        if let Some(found) = self.own.documents(tenant, collection, span).await? {
            return Ok(Some(found));
        }
        match self.bound(tenant, collection).await? {
            Some(table) => table.documents(span).await.map(Some),
            None => Ok(None),
        }
    }

    async fn delete(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_ids: &[String],
    ) -> Result<Option<u64>, Error> {
        self.refuse(tenant, collection).await?;
        self.own.delete(tenant, collection, document_ids).await
    }

    async fn delete_passing(
        &self,
        tenant: &Tenant,
        collection: &str,
        filter: &Filter,
        most: u32,
    ) -> Result<Option<u64>, Error> {
        self.refuse(tenant, collection).await?;
        self.own.delete_passing(tenant, collection, filter, most).await
    }

    async fn spaces(&self, tenant: &Tenant, collection: &str) -> Result<Vec<Kept>, Error> {
        if let Some(table) = self.fixed(tenant, collection) {
            return table.spaces().await;
        }
        let kept = self.own.spaces(tenant, collection).await?;
        if !kept.is_empty() {
            return Ok(kept);
        }
        match self.bound(tenant, collection).await? {
            Some(table) => table.spaces().await,
            None => Ok(kept),
        }
    }

    async fn lacks_vectors(
        &self,
        tenant: &Tenant,
        collection: &str,
    ) -> Result<Option<&str>, Error> {
        if self.fixed(tenant, collection).is_some() {
            return Ok(None);
        }
        // Somebody else's database has vectors whatever ours has.
        let why = self.own.lacks_vectors(tenant, collection).await?;
        match why.is_some() && self.own.attachment(tenant, collection).await?.is_some() {
            true => Ok(None),
            false => Ok(why),
        }
    }

    async fn sample(&self, tenant: &Tenant, collection: &str) -> Result<Option<Sample>, Error> {
        if let Some(table) = self.fixed(tenant, collection) {
            return table.sample().await;
        }
        if let Some(sample) = self.own.sample(tenant, collection).await? {
            return Ok(Some(sample));
        }
        match self.bound(tenant, collection).await? {
            Some(table) => table.sample().await,
            None => Ok(None),
        }
    }

    async fn snapshot(
        &self,
        tenant: &Tenant,
        collection: &str,
    ) -> Result<Option<Box<dyn Snapshot>>, Error> {
        if let Some(table) = self.fixed(tenant, collection) {
            return table.snapshot().await.map(Some);
        }
        if let Some(snapshot) = self.own.snapshot(tenant, collection).await? {
            return Ok(Some(snapshot));
        }
        match self.bound(tenant, collection).await? {
            Some(table) => table.snapshot().await.map(Some),
            None => Ok(None),
        }
    }

    async fn attach(
        &self,
        tenant: &Tenant,
        name: &str,
        source: &TableSource,
    ) -> Result<bool, Error> {
        self.bound.allow(tenant)?;
        if self.fixed(tenant, name).is_some() {
            return Ok(false);
        }
        let source = self.bound.named(source);
        // What cannot be read now is not kept: who attaches it is told why.
        self.bound.of(tenant, name, source.clone())?.check_now().await?;
        self.own.attach(tenant, name, &source).await
    }

    async fn detach(&self, tenant: &Tenant, name: &str) -> Result<bool, Error> {
        self.bound.allow(tenant)?;
        if let Some(table) = self.fixed(tenant, name) {
            return Err(table.is_fixed().into());
        }
        self.own.detach(tenant, name).await
    }

    async fn attachment(&self, tenant: &Tenant, name: &str) -> Result<Option<TableSource>, Error> {
        self.own.attachment(tenant, name).await
    }

    async fn attachments(
        &self,
        tenant: &Tenant,
        span: &Span,
    ) -> Result<Vec<(String, TableSource)>, Error> {
        self.own.attachments(tenant, span).await
    }

    async fn tables(&self, tenant: &Tenant, database: &str) -> Result<Vec<Seen>, Error> {
        self.bound.allow(tenant)?;
        self.bound.tables(database).await
    }

    async fn close(&self) {
        self.bound.close().await;
        self.own.close().await;
    }
}
