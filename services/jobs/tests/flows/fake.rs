//! The three services that steps ask, answering what a test tells them to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel;
use chassis::failure::{Kind, Refusal};
use chassis::secret::Secret;
use chassis::server::Services;
use futures_util::stream::BoxStream;
use jobs::run::Peers;
use proto::generation::generation_service_server::{GenerationService, GenerationServiceServer};
use proto::rerank::rerank_service_server::{RerankService, RerankServiceServer};
use proto::retrieval::retrieval_service_server::{RetrievalService, RetrievalServiceServer};
use proto::{common, generation, rerank, retrieval};
use tonic::{Request, Response, Status, Streaming};

/// What is answered next, and what was asked so far.
#[derive(Clone, Debug)]
pub(crate) struct Script<Q, A>(Arc<Mutex<Lines<Q, A>>>);

#[derive(Debug)]
struct Lines<Q, A> {
    answers: VecDeque<Result<A, Status>>,
    asked: Vec<Q>,
}

impl<Q, A> Default for Script<Q, A> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Lines { answers: VecDeque::new(), asked: Vec::new() })))
    }
}

impl<Q, A> Script<Q, A> {
    /// Answers this next.
    pub(crate) fn answer(&self, answer: impl Into<Result<A, Status>>) {
        self.0.lock().unwrap().answers.push_back(answer.into());
    }

    /// What was asked since the last time.
    pub(crate) fn asked(&self) -> Vec<Q> {
        std::mem::take(&mut self.0.lock().unwrap().asked)
    }

    fn next(&self, request: Request<Q>) -> Result<Response<A>, Status> {
        let mut lines = self.0.lock().unwrap();
        lines.asked.push(request.into_inner());
        lines.answers.pop_front().expect("an answer for every request").map(Response::new)
    }
}

/// The services, and what they are told to answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fake {
    pub(crate) search: Script<retrieval::SearchRequest, retrieval::SearchResponse>,
    pub(crate) rerank: Script<rerank::RerankRequest, rerank::RerankResponse>,
    pub(crate) generate: Script<generation::GenerateRequest, generation::GenerateResponse>,
}

impl Fake {
    /// Clients of these services, through every layer that real ones have.
    pub(crate) fn peers(&self) -> Peers {
        let none = || Secret::from(String::new());
        let stack = Services::new()
            .add(RetrievalServiceServer::new(self.clone()))
            .add(RerankServiceServer::new(self.clone()))
            .add(GenerationServiceServer::new(self.clone()))
            .build(Verifier::new(none(), none(), Tenant::default()));
        let channel = channel::local(stack, Credentials::new(&none(), &none()));
        Peers::new(channel.clone(), channel.clone(), channel)
    }
}

/// A refusal as the services make them.
pub(crate) fn refusal(kind: Kind, reason: &'static str, message: &str) -> Status {
    Refusal::new(kind, reason).to_status(message)
}

/// A passage of a document.
pub(crate) fn passage(document: &str, text: &str, score: f64) -> common::Passage {
    let json = r#"{"year":2024}"#.to_owned();
    common::Passage {
        document_id: document.to_owned(),
        chunk_id: format!("{document}#0"),
        text: text.to_owned(),
        title: document.to_uppercase(),
        metadata: Some(common::Metadata { json }),
        score,
        collection: "notes".to_owned(),
        ..common::Passage::default()
    }
}

#[tonic::async_trait]
impl RetrievalService for Fake {
    async fn search(
        &self,
        request: Request<retrieval::SearchRequest>,
    ) -> Result<Response<retrieval::SearchResponse>, Status> {
        self.search.next(request)
    }

    async fn embed(
        &self,
        _: Request<retrieval::EmbedRequest>,
    ) -> Result<Response<retrieval::EmbedResponse>, Status> {
        Err(Status::unimplemented("no step asks this"))
    }

    async fn batch_search(
        &self,
        _: Request<retrieval::BatchSearchRequest>,
    ) -> Result<Response<retrieval::BatchSearchResponse>, Status> {
        Err(Status::unimplemented("no step asks this"))
    }

    async fn get_document(
        &self,
        _: Request<retrieval::GetDocumentRequest>,
    ) -> Result<Response<retrieval::GetDocumentResponse>, Status> {
        Err(Status::unimplemented("no step asks this"))
    }

    async fn list_documents(
        &self,
        _: Request<retrieval::ListDocumentsRequest>,
    ) -> Result<Response<retrieval::ListDocumentsResponse>, Status> {
        Err(Status::unimplemented("no step asks this"))
    }

    type PutDocumentsStream = BoxStream<'static, Result<retrieval::PutDocumentsResponse, Status>>;

    async fn put_documents(
        &self,
        _: Request<Streaming<retrieval::PutDocumentsRequest>>,
    ) -> Result<Response<Self::PutDocumentsStream>, Status> {
        Err(Status::unimplemented("no step asks this"))
    }

    async fn put_document(
        &self,
        _: Request<retrieval::PutDocumentRequest>,
    ) -> Result<Response<retrieval::PutDocumentResponse>, Status> {
        Err(Status::unimplemented("no step asks this"))
    }

    async fn delete_documents(
        &self,
        _: Request<retrieval::DeleteDocumentsRequest>,
    ) -> Result<Response<retrieval::DeleteDocumentsResponse>, Status> {
        Err(Status::unimplemented("no step asks this"))
    }
}

#[tonic::async_trait]
impl RerankService for Fake {
    async fn rerank(
        &self,
        request: Request<rerank::RerankRequest>,
    ) -> Result<Response<rerank::RerankResponse>, Status> {
        self.rerank.next(request)
    }
}

#[tonic::async_trait]
impl GenerationService for Fake {
    type GenerateStreamStream =
        BoxStream<'static, Result<generation::GenerateStreamResponse, Status>>;

    async fn generate(
        &self,
        request: Request<generation::GenerateRequest>,
    ) -> Result<Response<generation::GenerateResponse>, Status> {
        self.generate.next(request)
    }

    async fn generate_stream(
        &self,
        _: Request<generation::GenerateStreamRequest>,
    ) -> Result<Response<Self::GenerateStreamStream>, Status> {
        Err(Status::unimplemented("no step asks this"))
    }
}
