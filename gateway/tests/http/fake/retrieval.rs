use futures_util::stream::BoxStream;
use proto::common::{Metadata, Passage, Problem, Usage, Violation};
use proto::retrieval::collection_service_server::CollectionService;
use proto::retrieval::retrieval_service_server::RetrievalService;
use proto::retrieval::*;
use tonic::{Request, Response, Status, Streaming};

use super::Fake;

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl RetrievalService for Fake {
    async fn search(&self, request: Request<SearchRequest>) -> Answer<SearchResponse> {
        self.note(&request).await?;
        let passage = Passage {
            document_id: "first".into(),
            chunk_id: "first#0".into(),
            text: "We moved a billing system to Rust.".into(),
            score: 0.5,
            ..Passage::default()
        };
        Ok(Response::new(SearchResponse {
            passages: vec![passage],
            dense: "absent".into(),
            collection_documents: 1,
            degraded: vec!["dense: absent".into()],
            ..SearchResponse::default()
        }))
    }

    async fn batch_search(
        &self,
        request: Request<BatchSearchRequest>,
    ) -> Answer<BatchSearchResponse> {
        self.note(&request).await?;
        let outcome = |search: &SearchRequest| match search.query.as_str() {
            "" => batch_search_result::Outcome::Problem(Problem {
                code: "blank_query".into(),
                message: "query is blank".into(),
                errors: vec![Violation { path: "query".into(), message: "query is blank".into() }],
                ..Problem::default()
            }),
            _ => batch_search_result::Outcome::Found(SearchResponse::default()),
        };
        let searches = &request.get_ref().searches;
        let results =
            searches.iter().map(|search| BatchSearchResult { outcome: Some(outcome(search)) });
        Ok(Response::new(BatchSearchResponse { results: results.collect(), usage: None }))
    }

    async fn get_document(
        &self,
        request: Request<GetDocumentRequest>,
    ) -> Answer<GetDocumentResponse> {
        self.note(&request).await?;
        Ok(Response::new(GetDocumentResponse { document: Some(document("The text.")) }))
    }

    async fn list_documents(
        &self,
        request: Request<ListDocumentsRequest>,
    ) -> Answer<ListDocumentsResponse> {
        self.note(&request).await?;
        let documents = vec![document("")];
        Ok(Response::new(ListDocumentsResponse { documents, next_page_token: String::new() }))
    }

    type PutDocumentsStream = BoxStream<'static, Result<PutDocumentsResponse, Status>>;

    async fn put_documents(
        &self,
        _: Request<Streaming<PutDocumentsRequest>>,
    ) -> Answer<Self::PutDocumentsStream> {
        Err(Status::unimplemented("nobody asks this"))
    }

    async fn put_document(
        &self,
        request: Request<PutDocumentRequest>,
    ) -> Answer<PutDocumentResponse> {
        self.note(&request).await?;
        let is_known = request.get_ref().document_id == "known";
        let outcome = if is_known { PutOutcome::Unchanged } else { PutOutcome::Created };
        let answer = PutDocumentResponse { document: Some(document("")), outcome: outcome.into() };
        Ok(Response::new(answer))
    }

    async fn embed(&self, request: Request<EmbedRequest>) -> Answer<EmbedResponse> {
        self.note(&request).await?;
        let embeddings =
            request.get_ref().texts.iter().map(|_| Embedding { values: vec![0.6, -0.8] });
        let space = EmbeddingSpace { model: "hashed".into(), dimension: 2, ..Default::default() };
        Ok(Response::new(EmbedResponse {
            embeddings: embeddings.collect(),
            embedding_space: Some(space),
            usage: Some(Usage { input_tokens: 7, ..Usage::default() }),
        }))
    }

    async fn delete_documents(
        &self,
        request: Request<DeleteDocumentsRequest>,
    ) -> Answer<DeleteDocumentsResponse> {
        self.note(&request).await?;
        let is_known = request.get_ref().document_ids == ["known"];
        Ok(Response::new(DeleteDocumentsResponse { deleted: u64::from(is_known) }))
    }
}

#[tonic::async_trait]
impl CollectionService for Fake {
    async fn create_collection(
        &self,
        request: Request<CreateCollectionRequest>,
    ) -> Answer<CreateCollectionResponse> {
        self.note(&request).await?;
        Ok(Response::new(CreateCollectionResponse { collection: Some(collection()) }))
    }

    async fn get_collection(
        &self,
        request: Request<GetCollectionRequest>,
    ) -> Answer<GetCollectionResponse> {
        self.note(&request).await?;
        Ok(Response::new(GetCollectionResponse { collection: Some(collection()) }))
    }

    async fn list_collections(
        &self,
        request: Request<ListCollectionsRequest>,
    ) -> Answer<ListCollectionsResponse> {
        self.note(&request).await?;
        let collections = vec![collection()];
        Ok(Response::new(ListCollectionsResponse { collections, next_page_token: String::new() }))
    }

    async fn update_collection(
        &self,
        request: Request<UpdateCollectionRequest>,
    ) -> Answer<UpdateCollectionResponse> {
        self.note(&request).await?;
        let settings = request.into_inner().settings;
        let changed = Collection { settings, ..collection() };
        Ok(Response::new(UpdateCollectionResponse { collection: Some(changed) }))
    }

    async fn delete_collection(
        &self,
        request: Request<DeleteCollectionRequest>,
    ) -> Answer<DeleteCollectionResponse> {
        self.note(&request).await?;
        Ok(Response::new(DeleteCollectionResponse { deleted_documents: 3 }))
    }

    async fn attach_collection(
        &self,
        request: Request<AttachCollectionRequest>,
    ) -> Answer<AttachCollectionResponse> {
        self.note(&request).await?;
        Ok(Response::new(AttachCollectionResponse { collection: Some(collection()) }))
    }

    async fn detach_collection(
        &self,
        request: Request<DetachCollectionRequest>,
    ) -> Answer<DetachCollectionResponse> {
        self.note(&request).await?;
        Ok(Response::new(DetachCollectionResponse {}))
    }

    async fn detect_tables(
        &self,
        request: Request<DetectTablesRequest>,
    ) -> Answer<DetectTablesResponse> {
        self.note(&request).await?;
        Ok(Response::new(DetectTablesResponse::default()))
    }
}

fn collection() -> Collection {
    Collection {
        collection: "notes".into(),
        documents: 3,
        chunks: 4,
        text_bytes: 500,
        ..Collection::default()
    }
}

fn document(text: &str) -> Document {
    Document {
        collection: "notes".into(),
        document_id: "first".into(),
        text: text.into(),
        metadata: Some(Metadata { json: r#"{"n":9007199254740993}"#.into() }),
        version: 1,
        content_hash: "cd34".into(),
        chunks: 1,
        ..Document::default()
    }
}
