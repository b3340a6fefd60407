//! A retrieval service that only takes documents.

use std::sync::{Arc, Mutex};

use chassis::failure::{Kind, Refusal};
use futures_util::stream::BoxStream;
use proto::retrieval as pb;
use proto::retrieval::retrieval_service_server::{RetrievalService, RetrievalServiceServer};
use tonic::{Request, Response, Status, Streaming};

/// The service; clones share what they took.
#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    refusals: u32,
    documents: Vec<pb::PutDocumentRequest>,
}

impl Shelf {
    /// Is not there for so many calls.
    pub(crate) fn refuse(&self, times: u32) {
        self.0.lock().unwrap().refusals = times;
    }

    pub(crate) fn documents(&self) -> Vec<pb::PutDocumentRequest> {
        self.0.lock().unwrap().documents.clone()
    }

    pub(crate) fn server(&self) -> RetrievalServiceServer<Self> {
        RetrievalServiceServer::new(self.clone())
    }
}

fn nothing<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("it only takes documents"))
}

#[tonic::async_trait]
impl RetrievalService for Shelf {
    async fn put_document(
        &self,
        request: Request<pb::PutDocumentRequest>,
    ) -> Result<Response<pb::PutDocumentResponse>, Status> {
        let mut taken = self.0.lock().unwrap();
        if taken.refusals > 0 {
            taken.refusals -= 1;
            return Err(Refusal::new(Kind::Unavailable, "AWAY").to_status("not there yet"));
        }
        taken.documents.push(request.into_inner());
        Ok(Response::new(pb::PutDocumentResponse::default()))
    }

    type PutDocumentsStream = BoxStream<'static, Result<pb::PutDocumentsResponse, Status>>;

    async fn put_documents(
        &self,
        _: Request<Streaming<pb::PutDocumentsRequest>>,
    ) -> Result<Response<Self::PutDocumentsStream>, Status> {
        nothing()
    }

    async fn search(
        &self,
        _request: Request<pb::SearchRequest>,
    ) -> Result<Response<pb::SearchResponse>, Status> {
        nothing()
    }

    async fn embed(
        &self,
        _request: Request<pb::EmbedRequest>,
    ) -> Result<Response<pb::EmbedResponse>, Status> {
        nothing()
    }

    async fn batch_search(
        &self,
        _request: Request<pb::BatchSearchRequest>,
    ) -> Result<Response<pb::BatchSearchResponse>, Status> {
        nothing()
    }

    async fn get_document(
        &self,
        _request: Request<pb::GetDocumentRequest>,
    ) -> Result<Response<pb::GetDocumentResponse>, Status> {
        nothing()
    }

    async fn list_documents(
        &self,
        _request: Request<pb::ListDocumentsRequest>,
    ) -> Result<Response<pb::ListDocumentsResponse>, Status> {
        nothing()
    }

    async fn delete_documents(
        &self,
        _request: Request<pb::DeleteDocumentsRequest>,
    ) -> Result<Response<pb::DeleteDocumentsResponse>, Status> {
        nothing()
    }
}
