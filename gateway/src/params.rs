//! What stands in a request's path and query.

mod path;
mod query;
mod read;

pub(crate) use crate::params::path::Segments;
pub(crate) use crate::params::query::{
    DeliveryQuery, DeliveryStatus, EventQuery, JobQuery, JobStatus, PageQuery,
};
pub(crate) use crate::params::read::{Asked, Params, QueryString};
