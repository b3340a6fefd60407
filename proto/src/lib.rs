//! The wire contract: messages, clients and server traits, one module per proto package.
//!
//! It holds the contract and nothing else: no behaviour, no domain type, no service.

pub mod codec;
pub mod json;
mod redacted;

macro_rules! package {
    ($(#[$doc:meta])* $name:ident, $package:literal) => {
        $(#[$doc])*
        #[allow(
            clippy::allow_attributes_without_reason,
            clippy::large_enum_variant,
            clippy::too_many_lines,
            clippy::needless_pass_by_value,
            rustdoc::all,
            missing_docs,
            reason = "the generator wrote it"
        )]
        pub mod $name {
            /// `
            #[doc = $package]
            /// `
            pub mod v1 {
                tonic::include_proto!($package);
            }
        }
    };
}

/// Every proto package, nested as in the wire's names, since generated code refers to them so.
pub mod throughline {
    package!(
        /// What several services speak of: passages, usage, problems.
        common, "throughline.common.v1");
    package!(
        /// Retrieval: query to passages, documents, collections.
        retrieval, "throughline.retrieval.v1");
    package!(
        /// Rerank: passages to a better order.
        rerank, "throughline.rerank.v1");
    package!(
        /// Generation: prompt and passages to text.
        generation, "throughline.generation.v1");
    package!(
        /// Jobs: durable runs of flows, their events and deliveries.
        jobs, "throughline.jobs.v1");
}

pub use throughline::common::v1 as common;
pub use throughline::generation::v1 as generation;
pub use throughline::jobs::v1 as jobs;
pub use throughline::rerank::v1 as rerank;
pub use throughline::retrieval::v1 as retrieval;

/// The descriptors of every file, with what they import and their comments, for reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// Every proto file, by its path below the import root, with its text.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));
