use chassis::auth::tenant;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use proto::retrieval as pb;
use proto::retrieval::retrieval_service_server::RetrievalService;
use tonic::{Request, Response, Status, Streaming};

use crate::Retriever;
use crate::grpc::{convert, filter, putting, status};
use crate::page::PageRequest;

/// Serves a retriever's searches and documents.
pub(super) struct Documents(pub(super) Retriever);

#[tonic::async_trait]
impl RetrievalService for Documents {
    async fn search(
        &self,
        request: Request<pb::SearchRequest>,
    ) -> Result<Response<pb::SearchResponse>, Status> {
        let tenant = tenant(&request);
        let search = convert::search(request.into_inner()).map_err(status)?;
        let found = self.0.search(&tenant, search).await.map_err(status)?;
        Ok(Response::new(convert::found(found)))
    }

    async fn batch_search(
        &self,
        request: Request<pb::BatchSearchRequest>,
    ) -> Result<Response<pb::BatchSearchResponse>, Status> {
        let tenant = tenant(&request);
        let searches = request.into_inner().searches.into_iter().map(convert::search).collect();
        let batch = self.0.search_batch(&tenant, searches).await.map_err(status)?;
        Ok(Response::new(convert::batch(batch)))
    }

    async fn get_document(
        &self,
        request: Request<pb::GetDocumentRequest>,
    ) -> Result<Response<pb::GetDocumentResponse>, Status> {
        let tenant = tenant(&request);
        let pb::GetDocumentRequest { collection, document_id } = request.into_inner();
        let found = self.0.document(&tenant, &collection, &document_id).await;
        let document = Some(found.map_err(status)?.into());
        Ok(Response::new(pb::GetDocumentResponse { document }))
    }

    async fn list_documents(
        &self,
        request: Request<pb::ListDocumentsRequest>,
    ) -> Result<Response<pb::ListDocumentsResponse>, Status> {
        let tenant = tenant(&request);
        let pb::ListDocumentsRequest { collection, page_size, page_token } = request.into_inner();
        let page = PageRequest { size: page_size, token: page_token };
        let page = self.0.documents(&tenant, &collection, &page).await.map_err(status)?;
        let documents = page.rows.into_iter().map(pb::Document::from).collect();
        let next_page_token = page.next_token;
        Ok(Response::new(pb::ListDocumentsResponse { documents, next_page_token }))
    }

    async fn put_document(
        &self,
        request: Request<pb::PutDocumentRequest>,
    ) -> Result<Response<pb::PutDocumentResponse>, Status> {
        let tenant = tenant(&request);
        let document = putting::new_document(request.into_inner()).map_err(status)?;
        let put = self.0.put(&tenant, document).await.map_err(status)?;
        Ok(Response::new(put.into()))
    }

    type PutDocumentsStream = BoxStream<'static, Result<pb::PutDocumentsResponse, Status>>;

    async fn put_documents(
        &self,
        request: Request<Streaming<pb::PutDocumentsRequest>>,
    ) -> Result<Response<Self::PutDocumentsStream>, Status> {
        let tenant = tenant(&request);
        let arriving = putting::arriving(request.into_inner());
        let told = self.0.put_all(tenant, arriving).map_ok(putting::told);
        Ok(Response::new(told.boxed()))
    }

    async fn embed(
        &self,
        request: Request<pb::EmbedRequest>,
    ) -> Result<Response<pb::EmbedResponse>, Status> {
        let tenant = tenant(&request);
        let embedding = convert::embedding(request.into_inner()).map_err(status)?;
        let made = self.0.vectors(&tenant, embedding).await.map_err(status)?;
        Ok(Response::new(convert::made(made)))
    }

    async fn delete_documents(
        &self,
        request: Request<pb::DeleteDocumentsRequest>,
    ) -> Result<Response<pb::DeleteDocumentsResponse>, Status> {
        let tenant = tenant(&request);
        let pb::DeleteDocumentsRequest { collection, document_ids, filter } = request.into_inner();
        let deleted = match filter {
            None => self.0.delete(&tenant, &collection, &document_ids).await,
            Some(filter) => {
                let filter = filter::alone(filter, &document_ids).map_err(status)?;
                self.0.delete_passing(&tenant, &collection, &filter).await
            }
        };
        let deleted = deleted.map_err(status)?;
        Ok(Response::new(pb::DeleteDocumentsResponse { deleted }))
    }
}
