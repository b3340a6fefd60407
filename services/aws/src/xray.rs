//! Spans as X-Ray keeps them.

mod document;
mod drops;
mod exporter;
mod name;
mod normalise;
mod sender;

pub use crate::xray::exporter::XrayExporter;
