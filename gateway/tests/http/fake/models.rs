use std::pin::Pin;

use futures_util::Stream;
use proto::common::{Call, Usage};
use proto::generation::generation_service_server::GenerationService;
use proto::generation::*;
use proto::rerank::rerank_service_server::RerankService;
use proto::rerank::*;
use tonic::{Request, Response, Status};

use super::Fake;

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl RerankService for Fake {
    async fn rerank(&self, request: Request<RerankRequest>) -> Answer<RerankResponse> {
        self.note(&request).await?;
        let mut passages = request.into_inner().passages;
        passages.reverse();
        Ok(Response::new(RerankResponse { passages, ..RerankResponse::default() }))
    }
}

#[tonic::async_trait]
impl GenerationService for Fake {
    type GenerateStreamStream =
        Pin<Box<dyn Stream<Item = Result<GenerateStreamResponse, Status>> + Send>>;

    async fn generate(&self, request: Request<GenerateRequest>) -> Answer<GenerateResponse> {
        self.note(&request).await?;
        let call = Call {
            provider: "local".into(),
            duration: Some(prost_types::Duration { seconds: 1, nanos: 500_000_000 }),
            ..Call::default()
        };
        let usage =
            Usage { input_tokens: 9_007_199_254_740_993, calls: vec![call], ..Usage::default() };
        Ok(Response::new(GenerateResponse {
            text: "Dear Sir [1]".into(),
            provider: "local".into(),
            finish_reason: FinishReason::Stop.into(),
            usage: Some(usage),
            warnings: vec!["one passage did not fit".into()],
            ..GenerateResponse::default()
        }))
    }

    async fn generate_stream(
        &self,
        _: Request<GenerateStreamRequest>,
    ) -> Answer<Self::GenerateStreamStream> {
        Err(Status::unimplemented("a stream"))
    }
}
