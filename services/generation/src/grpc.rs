//! The wire's view of the generator: convert, delegate, convert back.

mod answer;
mod request;

use chassis::channel::MESSAGE_LIMIT;
use chassis::failure::Failure;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use proto::generation as rpc;
use proto::generation::generation_service_server::{GenerationService, GenerationServiceServer};
use tonic::{Request, Response, Status};

use crate::Generator;

/// Serves a generator over gRPC.
pub fn server(generator: Generator) -> GenerationServiceServer<impl GenerationService> {
    GenerationServiceServer::new(Handler(generator))
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT)
}

struct Handler(Generator);

#[tonic::async_trait]
impl GenerationService for Handler {
    type GenerateStreamStream = BoxStream<'static, Result<rpc::GenerateStreamResponse, Status>>;

    async fn generate(
        &self,
        request: Request<rpc::GenerateRequest>,
    ) -> Result<Response<rpc::GenerateResponse>, Status> {
        let request = request::read(request.into_inner()).map_err(|error| error.to_status())?;
        let answer = self.0.generate(request).await.map_err(|error| error.to_status())?;
        Ok(Response::new(answer.into()))
    }

    async fn generate_stream(
        &self,
        request: Request<rpc::GenerateStreamRequest>,
    ) -> Result<Response<Self::GenerateStreamStream>, Status> {
        let request = request::whole(request.into_inner());
        let request = request::read(request).map_err(|error| error.to_status())?;
        let events = self.0.stream(request).await.map_err(|error| error.to_status())?;
        let events = events.map(|event| match event {
            Ok(event) => Ok(event.into()),
            Err(error) => Err(error.to_status()),
        });
        Ok(Response::new(events.boxed()))
    }
}
