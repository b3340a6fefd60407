//! What callers send as a body, but for jobs.

mod collection;
mod document;
mod embeddings;
mod posted;
mod search;
mod settings;
mod source;

pub(crate) use crate::request::collection::{CollectionChange, NewCollection};
pub(crate) use crate::request::document::{Deletion, NewDocument};
pub(crate) use crate::request::embeddings::{Embeddings, Encoding, InputType};
pub(crate) use crate::request::posted::{Posted, RequestBody};
pub(crate) use crate::request::search::{Fusion, Leg, Mode, Search, Searches};
pub(crate) use crate::request::settings::{ChunkBy, Chunking, CollectionSettings};
pub(crate) use crate::request::source::{TableColumns, TableSource};
