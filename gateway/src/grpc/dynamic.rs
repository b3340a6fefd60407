//! Calls of methods that are known by their descriptors alone: JSON in, JSON out.
//!
//! Members have the names of the protos; enums are written without their prefix, in lower case, and
//! metadata is the object itself, as everywhere over HTTP.

mod codec;
mod place;
mod read;
mod schema;
mod write;

pub(crate) use crate::grpc::dynamic::place::Within;

use std::str::FromStr;

use chassis::channel::{Channel, MESSAGE_LIMIT};
use http::uri::PathAndQuery;
use prost_reflect::{DescriptorPool, EnumDescriptor, MethodDescriptor};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};
use tonic::client::Grpc;
use tonic::{Request, Status};

use crate::error::Error;
use crate::grpc::Peers;
use crate::grpc::call::{absent, refused_as};
use crate::grpc::dynamic::codec::Codec;
use crate::grpc::dynamic::write::Answer;
use crate::json::{apart, shown};
use crate::submission::Takes;

/// The message whose JSON is the object that it holds as text.
const METADATA: &str = "throughline.common.v1.Metadata";
/// The package of the messages that JSON writes in a way of their own.
const WELL_KNOWN: &str = "google.protobuf";

/// The messages of the ops that have no route of their own.
const OF_OPS: [&str; 6] = [
    "throughline.retrieval.v1.EmbedRequest",
    "throughline.retrieval.v1.EmbedResponse",
    "throughline.rerank.v1.RerankRequest",
    "throughline.rerank.v1.RerankResponse",
    "throughline.generation.v1.GenerateRequest",
    "throughline.generation.v1.GenerateResponse",
];

/// What the contract says of itself; empty, and said to be broken, where it cannot be read.
pub(super) fn contract() -> DescriptorPool {
    DescriptorPool::decode(proto::DESCRIPTORS).unwrap_or_else(|error| {
        tracing::error!(%error, "the contract's own description cannot be read");
        DescriptorPool::new()
    })
}

/// A method that can be called from here with one message, and answers with one.
pub(crate) struct Method {
    descriptor: MethodDescriptor,
    hop: String,
    channel: Channel,
}

impl Peers {
    /// The method of this name, such as `Search` or `throughline.retrieval.v1.RetrievalService/Search`.
    pub(crate) fn method(&self, name: &str) -> Result<Method, Error> {
        let asked = name.trim_start_matches('/');
        let is_it = |method: &Method| method.descriptor.name() == asked || method.path() == asked;
        let Some(method) = self.methods().find(is_it) else {
            let message = format!("is {}, which nobody serves here; {}", shown(name), self.told());
            return Err(Error::refused("UNKNOWN_METHOD", "method", message));
        };
        if method.is_streaming() {
            let message = format!(
                "is {}, which streams, as one answer cannot; call it over gRPC, or another one: {}",
                method.path(),
                self.told()
            );
            return Err(Error::refused("STREAMING_METHOD", "method", message));
        }
        Ok(method)
    }

    /// The methods that can be called with one message, for people.
    pub(crate) fn told(&self) -> String {
        let unary = self.methods().filter(|method| !method.is_streaming());
        let names: Vec<_> = unary.map(|method| method.path()).collect();
        format!("served here are {}", names.join(", "))
    }

    /// The messages of the methods that callers reach with JSON, as JSON Schema under their full names.
    pub(crate) fn schemas(&self, takes: Takes) -> Map<String, Value> {
        let ops = OF_OPS.iter().filter_map(|name| self.contract.get_message_by_name(name));
        let mut messages: Vec<_> = ops.collect();
        if takes == Takes::Methods {
            let unary = self.methods().filter(|method| !method.is_streaming());
            messages.extend(
                unary.flat_map(|Method { descriptor, .. }| {
                    [descriptor.input(), descriptor.output()]
                }),
            );
        }
        let mut schemas = Map::new();
        messages.iter().for_each(|message| schema::add(&mut schemas, message));
        schemas
    }

    fn methods(&self) -> impl Iterator<Item = Method> {
        self.needs.iter().flat_map(|need| {
            let service = self.contract.get_service_by_name(&need.service);
            let methods =
                service.into_iter().flat_map(|service| service.methods().collect::<Vec<_>>());
            methods.map(|descriptor| Method {
                descriptor,
                hop: need.role.clone(),
                channel: need.channel.clone(),
            })
        })
    }
}

impl Method {
    /// Calls it with a request of JSON; whoever asks says how long that may take, by a deadline around it.
    pub(crate) async fn ask(
        &self,
        request: String,
        within: Within,
        warnings: &[String],
    ) -> Result<Box<RawValue>, Error> {
        let input = self.descriptor.input();
        let message = apart(request.len(), move || read::message(&input, &request, within)).await?;
        let answer = self.call(message).await;
        let answer =
            answer.map_err(|status| refused_as(&self.hop, &status, |path| within.path_of(path)))?;
        let answer = Answer { message: &answer, warnings };
        to_raw_value(&answer).map_err(|_| absent(&self.hop))
    }

    async fn call(
        &self,
        message: prost_reflect::DynamicMessage,
    ) -> Result<prost_reflect::DynamicMessage, Status> {
        let path = PathAndQuery::from_str(&format!("/{}", self.path()))
            .map_err(|error| Status::internal(error.to_string()))?;
        let mut client = Grpc::new(self.channel.clone())
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let codec = Codec(self.descriptor.output());
        client.unary(Request::new(message), path, codec).await.map(tonic::Response::into_inner)
    }

    /// Its name as gRPC writes it.
    fn path(&self) -> String {
        format!("{}/{}", self.descriptor.parent_service().full_name(), self.descriptor.name())
    }

    fn is_streaming(&self) -> bool {
        self.descriptor.is_client_streaming() || self.descriptor.is_server_streaming()
    }
}

/// An enum's value as JSON has it: `ROLE_USER` is `user`.
fn short(descriptor: &EnumDescriptor, name: &str) -> String {
    let zero = descriptor.default_value();
    let prefix = zero.name().strip_suffix("UNSPECIFIED").unwrap_or_default();
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase()
}
