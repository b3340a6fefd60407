use chassis::auth::Tenant;

use crate::collection::{Change, Collection, Settings};
use crate::page::{Page, PageRequest};
use crate::{Error, Retriever, check};

const LIST: &str = "collections";

impl Retriever {
    /// Makes an empty collection.
    ///
    /// # Errors
    ///
    /// A name that is none, a description that is too long, settings that contradict themselves and a
    /// name that is taken are refused.
    pub async fn create_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        description: &str,
        settings: &Settings,
    ) -> Result<Collection, Error> {
        check::collection(name)?;
        check::title("description", description)?;
        settings.check()?;
        let made = self.store.create_collection(tenant, name, description, settings).await?;
        made.ok_or_else(|| Error::CollectionExists(name.to_owned()))
    }

    /// Changes what a collection is for and how it is treated.
    ///
    /// # Errors
    ///
    /// A name that is none, a description that is too long and settings that are none are refused, and
    /// a collection that is not there is not found.
    pub async fn update_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        change: &Change,
    ) -> Result<Collection, Error> {
        check::collection(name)?;
        change.description.iter().try_for_each(|text| check::title("description", text))?;
        change.check()?;
        let changed = self.store.update_collection(tenant, name, change).await?;
        changed.ok_or_else(|| Error::CollectionNotFound(name.to_owned()))
    }

    /// One collection with its statistics.
    ///
    /// # Errors
    ///
    /// A name that is none is refused, and a collection that is not there is not found.
    pub async fn collection(&self, tenant: &Tenant, name: &str) -> Result<Collection, Error> {
        check::collection(name)?;
        let found = self.store.collection(tenant, name).await?;
        found.ok_or_else(|| Error::CollectionNotFound(name.to_owned()))
    }

    /// The tenant's collections, in the order of their names.
    ///
    /// # Errors
    ///
    /// A page size out of range and a token of somebody else's are refused.
    pub async fn collections(
        &self,
        tenant: &Tenant,
        page: &PageRequest,
    ) -> Result<Page<Collection>, Error> {
        let span = page.span(LIST)?;
        let rows = self.store.collections(tenant, &span).await?;
        Ok(span.page(LIST, rows))
    }

    /// Deletes a collection with everything in it; says how many documents went with it.
    ///
    /// # Errors
    ///
    /// A name that is none is refused, and a collection that is not there is not found.
    pub async fn delete_collection(&self, tenant: &Tenant, name: &str) -> Result<u64, Error> {
        check::collection(name)?;
        let deleted = self.store.delete_collection(tenant, name).await?;
        deleted.ok_or_else(|| Error::CollectionNotFound(name.to_owned()))
    }
}
