use chassis::channel::{Channel, MESSAGE_LIMIT};
use proto::generation::generation_service_client::GenerationServiceClient;
use proto::rerank::rerank_service_client::RerankServiceClient;
use proto::retrieval::retrieval_service_client::RetrievalServiceClient;

/// The services that steps ask.
#[derive(Clone)]
pub struct Peers {
    /// Finds passages.
    pub retrieval: RetrievalServiceClient<Channel>,
    /// Orders passages.
    pub rerank: RerankServiceClient<Channel>,
    /// Writes texts.
    pub generation: GenerationServiceClient<Channel>,
}

impl Peers {
    /// The services behind these channels.
    pub fn new(retrieval: Channel, rerank: Channel, generation: Channel) -> Self {
        Self {
            retrieval: RetrievalServiceClient::new(retrieval)
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT),
            rerank: RerankServiceClient::new(rerank)
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT),
            generation: GenerationServiceClient::new(generation)
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT),
        }
    }
}
