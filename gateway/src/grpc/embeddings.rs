use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use proto::retrieval as pb;
use proto::retrieval::retrieval_service_server as retrieval;
use serde_json::value::RawValue;

use crate::answer::{Embedding, EmbeddingList, EmbeddingUsage, Numbers};
use crate::error::Error;
use crate::grpc::call::absent;
use crate::grpc::{Peers, RETRIEVAL, Within};
use crate::request::{Embeddings, Encoding, InputType};

impl Peers {
    /// Vectors of texts, as OpenAI's clients read them.
    pub(crate) async fn embeddings(&self, asked: Embeddings) -> Result<EmbeddingList, Error> {
        let encoding = asked.encoding_format.unwrap_or(Encoding::Float);
        let mut client = self.retrieval.clone();
        let answer = self.call_as(RETRIEVAL, client.embed(request(asked)), path).await?;
        let space = answer.embedding_space.ok_or_else(|| absent(RETRIEVAL))?;
        let tokens = answer.usage.map_or(0, |usage| usage.input_tokens);
        let data = answer.embeddings.into_iter().enumerate();
        let data = data.map(|(index, vector)| Embedding {
            object: "embedding",
            index,
            embedding: numbers(vector.values, encoding),
        });
        Ok(EmbeddingList {
            object: "list",
            data: data.collect(),
            model: space.model,
            usage: EmbeddingUsage { prompt_tokens: tokens, total_tokens: tokens },
        })
    }

    /// Vectors of texts; the request is a body of JSON, and so is the answer.
    pub(crate) async fn embed(
        &self,
        body: String,
        warnings: &[String],
    ) -> Result<Box<RawValue>, Error> {
        let method = self.method(&format!("{}/Embed", retrieval::SERVICE_NAME))?;
        method.ask(body, Within::Body, warnings).await
    }
}

fn request(asked: Embeddings) -> pb::EmbedRequest {
    let purpose = match asked.input_type {
        Some(InputType::Query) => pb::Purpose::Query,
        Some(InputType::Passage) | None => pb::Purpose::Passage,
    };
    pb::EmbedRequest {
        texts: asked.input,
        purpose: purpose.into(),
        model: asked.model.unwrap_or_default(),
        collection: String::new(),
        dimensions: asked.dimensions.map_or(0, i32::unsigned_abs),
    }
}

/// What OpenAI calls `input` are `texts` on the wire.
fn path(path: &str) -> String {
    path.strip_prefix("texts").map_or_else(|| path.to_owned(), |rest| format!("input{rest}"))
}

fn numbers(values: Vec<f32>, encoding: Encoding) -> Numbers {
    match encoding {
        Encoding::Float => Numbers::Float(values),
        Encoding::Base64 => {
            let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
            Numbers::Base64(BASE64_STANDARD.encode(bytes))
        }
    }
}
