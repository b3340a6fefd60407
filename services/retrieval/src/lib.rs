//! Query to passages: collections of documents, cut into chunks, found by their words.
//!
//! It serves [`Search`] and the keeping of collections and documents over gRPC, on one of two
//! stores that behave alike. A table of vectors that another program made can appear as one more
//! collection, which is searched by vectors, too, and only ever read. It knows nothing of jobs, flows or answers; it never calls another
//! service, and it never reads another service's rows. A tenant sees its own collections only.
//!
//! [`Search`]: search::Search

pub mod attachment;
mod check;
mod chunk;
pub mod collection;
mod config;
pub mod document;
mod embed;
mod error;
mod filter;
mod fuse;
mod grpc;
mod metadata;
pub mod page;
mod prepare;
pub mod record;
mod retriever;
pub mod search;
mod store;
mod words;

pub use crate::config::{Config, DEFAULTS};
pub use crate::embed::{Embedding, Made, Purpose, Space, Vector};
pub use crate::error::{Error, Fault, Files, Refused, Shape, Unfit};
pub use crate::grpc::servers;
pub use crate::retriever::{Retriever, migrate};
