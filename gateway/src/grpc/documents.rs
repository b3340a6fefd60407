use proto::common::Metadata;
use proto::retrieval as pb;
use serde_json::value::RawValue;

use crate::answer::{Deleted, Document, DocumentPage, Put};
use crate::error::Error;
use crate::grpc::call::absent;
use crate::grpc::time::said;
use crate::grpc::{Peers, RETRIEVAL};
use crate::params::PageQuery;
use crate::request::{Deletion, NewDocument};

impl Peers {
    /// A page of a collection's documents, without their texts.
    pub(crate) async fn documents(
        &self,
        collection: String,
        query: PageQuery,
    ) -> Result<DocumentPage, Error> {
        let mut client = self.retrieval.clone();
        let request = pb::ListDocumentsRequest {
            collection,
            page_size: query.limit.unwrap_or_default(),
            page_token: query.cursor.unwrap_or_default(),
        };
        let answer = self.call(RETRIEVAL, client.list_documents(request)).await?;
        let documents = answer.documents.into_iter().map(document).collect();
        Ok(DocumentPage::new(documents, answer.next_page_token))
    }

    /// One document with its text.
    pub(crate) async fn document(
        &self,
        collection: String,
        document_id: String,
    ) -> Result<Document, Error> {
        let mut client = self.retrieval.clone();
        let request = pb::GetDocumentRequest { collection, document_id };
        let answer = self.call(RETRIEVAL, client.get_document(request)).await?;
        answer.document.map(document).ok_or_else(|| absent(RETRIEVAL))
    }

    /// Stores a document, in place of an older version.
    pub(crate) async fn put_document(
        &self,
        collection: String,
        document_id: String,
        new: NewDocument,
    ) -> Result<Put, Error> {
        let mut client = self.retrieval.clone();
        let request = pb::PutDocumentRequest {
            collection,
            document_id,
            text: new.text,
            title: new.title.unwrap_or_default(),
            metadata: new.metadata.map(|json| Metadata { json }),
            ..pb::PutDocumentRequest::default()
        };
        let answer = self.call(RETRIEVAL, client.put_document(request)).await?;
        let outcome = outcome(answer.outcome());
        let document = answer.document.map(document).ok_or_else(|| absent(RETRIEVAL))?;
        Ok(Put { outcome, document, warnings: Vec::new() })
    }

    /// Deletes a document with all its chunks.
    pub(crate) async fn delete_document(
        &self,
        collection: String,
        document_id: String,
    ) -> Result<Deleted, Error> {
        let mut client = self.retrieval.clone();
        let document_ids = vec![document_id];
        let request = pb::DeleteDocumentsRequest { collection, document_ids, filter: None };
        let answer = self.call(RETRIEVAL, client.delete_documents(request)).await?;
        match answer.deleted {
            0 => Err(Error::DocumentNotFound),
            deleted => Ok(Deleted { deleted }),
        }
    }

    /// Deletes the documents that pass a filter, with all their chunks.
    pub(crate) async fn delete_documents(
        &self,
        collection: String,
        deletion: Deletion,
    ) -> Result<Deleted, Error> {
        let mut client = self.retrieval.clone();
        let filter = deletion.filter.map(pb::Filter::from);
        let document_ids = Vec::new();
        let request = pb::DeleteDocumentsRequest { collection, document_ids, filter };
        let answer = self.call(RETRIEVAL, client.delete_documents(request)).await?;
        Ok(Deleted { deleted: answer.deleted })
    }
}

fn document(document: pb::Document) -> Document {
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    Document {
        created_at: said(document.created_at.as_ref()),
        updated_at: said(document.updated_at.as_ref()),
        metadata: document.metadata.and_then(|metadata| RawValue::from_string(metadata.json).ok()),
        collection: document.collection,
        document_id: document.document_id,
        title: filled(document.title),
        text: filled(document.text),
        version: document.version,
        content_hash: document.content_hash,
        chunks: document.chunks,
    }
}

fn outcome(outcome: pb::PutOutcome) -> &'static str {
    match outcome {
        pb::PutOutcome::Unspecified => "unknown",
        pb::PutOutcome::Created => "created",
        pb::PutOutcome::Updated => "updated",
        pb::PutOutcome::Unchanged => "unchanged",
    }
}
