//! Puts passages into a better order, stage by stage.
//!
//! Each passage carries its rank and score of every stage, so that a reader sees why it stands
//! where it stands. A stage that asks a model leaves the order as it was where there is no answer, and
//! says so. Nothing here fetches, drops or changes a passage; it opens no store. No query, passage
//! or key enters a log line, a span or an error.

mod cohere;
mod config;
mod error;
mod grpc;
mod passage;
mod reranker;
mod stage;
mod telemetry;
mod usage;

pub use crate::config::{CohereConfig, Config, DEFAULTS, Limits};
pub use crate::error::{Error, Location};
pub use crate::grpc::server;
pub use crate::passage::{Contribution, Judgement, Passage, Placed, Ranking};
pub use crate::reranker::{Request, Reranker};
pub use crate::stage::{Cohere, Keyword, KeywordBoost, Stage};
pub use crate::telemetry::{
    ATTEMPTS, DOCUMENTS, ERROR_TYPE, OPERATION, PROVIDER, REQUEST_MODEL, SEARCH_UNITS,
};
pub use crate::usage::Call;
