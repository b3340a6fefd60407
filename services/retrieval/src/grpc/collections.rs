use chassis::auth::tenant;
use proto::retrieval as pb;
use proto::retrieval::collection_service_server::CollectionService;
use tonic::{Request, Response, Status};

use crate::Retriever;
use crate::collection::Change;
use crate::grpc::{settings, status};
use crate::page::PageRequest;

/// Serves a retriever's collections.
pub(super) struct Collections(pub(super) Retriever);

#[tonic::async_trait]
impl CollectionService for Collections {
    async fn create_collection(
        &self,
        request: Request<pb::CreateCollectionRequest>,
    ) -> Result<Response<pb::CreateCollectionResponse>, Status> {
        let tenant = tenant(&request);
        let pb::CreateCollectionRequest { collection, description, settings } =
            request.into_inner();
        let settings = settings::settings(settings).map_err(status)?;
        let made = self.0.create_collection(&tenant, &collection, &description, &settings).await;
        let collection = Some(made.map_err(status)?.into());
        Ok(Response::new(pb::CreateCollectionResponse { collection }))
    }

    async fn get_collection(
        &self,
        request: Request<pb::GetCollectionRequest>,
    ) -> Result<Response<pb::GetCollectionResponse>, Status> {
        let tenant = tenant(&request);
        let found = self.0.collection(&tenant, &request.into_inner().collection).await;
        let collection = Some(found.map_err(status)?.into());
        Ok(Response::new(pb::GetCollectionResponse { collection }))
    }

    async fn list_collections(
        &self,
        request: Request<pb::ListCollectionsRequest>,
    ) -> Result<Response<pb::ListCollectionsResponse>, Status> {
        let tenant = tenant(&request);
        let pb::ListCollectionsRequest { page_size, page_token } = request.into_inner();
        let page = PageRequest { size: page_size, token: page_token };
        let page = self.0.collections(&tenant, &page).await.map_err(status)?;
        let collections = page.rows.into_iter().map(pb::Collection::from).collect();
        let next_page_token = page.next_token;
        Ok(Response::new(pb::ListCollectionsResponse { collections, next_page_token }))
    }

    async fn update_collection(
        &self,
        request: Request<pb::UpdateCollectionRequest>,
    ) -> Result<Response<pb::UpdateCollectionResponse>, Status> {
        let tenant = tenant(&request);
        let pb::UpdateCollectionRequest { collection, description, settings, reset_settings } =
            request.into_inner();
        let settings = settings::settings(settings).map_err(status)?;
        let change = Change { description, settings, reset: reset_settings };
        let changed = self.0.update_collection(&tenant, &collection, &change).await;
        let collection = Some(changed.map_err(status)?.into());
        Ok(Response::new(pb::UpdateCollectionResponse { collection }))
    }

    async fn delete_collection(
        &self,
        request: Request<pb::DeleteCollectionRequest>,
    ) -> Result<Response<pb::DeleteCollectionResponse>, Status> {
        let tenant = tenant(&request);
        let deleted = self.0.delete_collection(&tenant, &request.into_inner().collection).await;
        let deleted_documents = deleted.map_err(status)?;
        Ok(Response::new(pb::DeleteCollectionResponse { deleted_documents }))
    }
}
