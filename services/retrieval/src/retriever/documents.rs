use chassis::auth::Tenant;

use crate::document::Document;
use crate::filter::Filter;
use crate::page::{Page, PageRequest};
use crate::{Error, Retriever, check};

/// The most documents that one call deletes.
const MOST_DELETED: usize = 1000;
/// So many go at once where a filter says which.
const STEP: u32 = 500;

impl Retriever {
    /// One document with its text.
    ///
    /// # Errors
    ///
    /// Names that are none are refused, and what is not there is not found.
    pub async fn document(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_id: &str,
    ) -> Result<Document, Error> {
        check::collection(collection)?;
        check::document_id("document_id", document_id)?;
        if let Some(document) = self.store.document(tenant, collection, document_id).await? {
            return Ok(document);
        }
        self.collection(tenant, collection).await?;
        let (collection, document_id) = (collection.to_owned(), document_id.to_owned());
        Err(Error::DocumentNotFound { collection, document_id })
    }

    /// A collection's documents without their texts, in the order of their ids.
    ///
    /// # Errors
    ///
    /// A name that is none, a page size out of range and a token of another list's are refused, and
    /// a collection that is not there is not found.
    pub async fn documents(
        &self,
        tenant: &Tenant,
        collection: &str,
        page: &PageRequest,
    ) -> Result<Page<Document>, Error> {
        check::collection(collection)?;
        let list = format!("documents/{collection}");
        let span = page.span(&list)?;
        let rows = self.store.documents(tenant, collection, &span).await?;
        let rows = rows.ok_or_else(|| Error::CollectionNotFound(collection.to_owned()))?;
        Ok(span.page(&list, rows))
    }

    /// Deletes documents with all their chunks; says how many were there.
    ///
    /// # Errors
    ///
    /// Names that are none and too many of them are refused, and a collection that is not there is
    /// not found.
    pub async fn delete(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_ids: &[String],
    ) -> Result<u64, Error> {
        check::collection(collection)?;
        if document_ids.len() > MOST_DELETED {
            return Err(Error::TooManyDocuments(MOST_DELETED));
        }
        for (at, id) in document_ids.iter().enumerate() {
            check::document_id(format!("document_ids[{at}]"), id)?;
        }
        let deleted = self.store.delete(tenant, collection, document_ids).await?;
        deleted.ok_or_else(|| Error::CollectionNotFound(collection.to_owned()))
    }

    /// Deletes the documents that a filter leaves, with all their chunks; says how many those were.
    ///
    /// They go in steps, so that others write meanwhile; what fails in between has deleted some.
    ///
    /// # Errors
    ///
    /// A name that is none, a filter that is none and one that every document passes are refused, and
    /// a collection that is not there is not found.
    pub async fn delete_passing(
        &self,
        tenant: &Tenant,
        collection: &str,
        filter: &Filter,
    ) -> Result<u64, Error> {
        check::collection(collection)?;
        filter.check()?;
        if filter.constant() == Some(true) {
            let rule = "must be one that not every document passes; all go with their collection";
            return Err(Error::InvalidFilter { path: "filter".to_owned(), rule });
        }
        let mut deleted = 0;
        loop {
            let gone = self.store.delete_passing(tenant, collection, filter, STEP).await?;
            let gone = gone.ok_or_else(|| Error::CollectionNotFound(collection.to_owned()))?;
            deleted += gone;
            if gone < u64::from(STEP) {
                return Ok(deleted);
            }
        }
    }
}
