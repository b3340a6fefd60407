//! The commands that ask a server, one module each.

pub(crate) mod collections;
pub(crate) mod contract;
pub(crate) mod deliveries;
pub(crate) mod flows;
pub(crate) mod ingest;
pub(crate) mod jobs;
pub(crate) mod load;
pub(crate) mod search;
pub(crate) mod submit;
pub(crate) mod trace;
pub(crate) mod waterfall;
