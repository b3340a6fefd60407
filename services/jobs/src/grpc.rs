//! The wire's words for what happens here: convert, delegate, convert.

mod convert;

pub(crate) use crate::grpc::convert::webhook_body;
