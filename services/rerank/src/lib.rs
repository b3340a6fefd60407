//! Puts passages into a better order, stage by stage.
//!
//! Each passage carries its rank and score of every stage, so that a reader sees why it stands
//! where it stands. Nothing here fetches, drops or changes a passage; it opens no store.

mod config;
mod error;
mod grpc;
mod passage;
mod reranker;
mod stage;

pub use crate::config::{Config, DEFAULTS};
pub use crate::error::{Error, Location};
pub use crate::grpc::server;
pub use crate::passage::{Contribution, Judgement, Passage, Placed, Ranking};
pub use crate::reranker::{Request, Reranker};
pub use crate::stage::{Keyword, KeywordBoost, Stage};
