//! Secrets that are kept elsewhere: read before the configuration is checked, and again while the suite runs.

mod fetch;
mod follow;

pub(crate) use crate::secrets::fetch::{Read, Stores, fetch};
pub(crate) use crate::secrets::follow::follow;
