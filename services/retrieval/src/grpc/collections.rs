use chassis::auth::tenant;
use proto::retrieval as pb;
use proto::retrieval::collection_service_server::CollectionService;
use tonic::{Request, Response, Status};

use crate::Retriever;
use crate::collection::Change;
use crate::grpc::{attaching, settings, status};
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

    async fn attach_collection(
        &self,
        request: Request<pb::AttachCollectionRequest>,
    ) -> Result<Response<pb::AttachCollectionResponse>, Status> {
        let tenant = tenant(&request);
        let pb::AttachCollectionRequest { collection, source } = request.into_inner();
        let source = attaching::source(source.unwrap_or_default()).map_err(status)?;
        let attached = self.0.attach(&tenant, &collection, source).await;
        let collection = Some(attached.map_err(status)?.into());
        Ok(Response::new(pb::AttachCollectionResponse { collection }))
    }

    async fn detach_collection(
        &self,
        request: Request<pb::DetachCollectionRequest>,
    ) -> Result<Response<pb::DetachCollectionResponse>, Status> {
        let tenant = tenant(&request);
        let detached = self.0.detach(&tenant, &request.into_inner().collection).await;
        detached.map_err(status)?;
        Ok(Response::new(pb::DetachCollectionResponse {}))
    }

    async fn detect_tables(
        &self,
        request: Request<pb::DetectTablesRequest>,
    ) -> Result<Response<pb::DetectTablesResponse>, Status> {
        let tenant = tenant(&request);
        let seen = self.0.tables(&tenant, &request.into_inner().database).await.map_err(status)?;
        let tables = seen.into_iter().map(pb::DetectedTable::from).collect();
        Ok(Response::new(pb::DetectTablesResponse { tables }))
    }
}
