//! Writes text from a prompt and passages.
//!
//! Prompts are rendered here, so that this is the one place that fences what strangers wrote, finds
//! the citations of a text and counts what it cost. Without a model the text is put together from
//! the passages, and says so. Nothing here knows a job or opens a store, and no prompt, passage,
//! answer or key enters a log line, a span or an error.

mod answer;
mod citation;
mod config;
mod error;
mod generator;
mod grpc;
mod price;
mod prompt;
mod provider;
mod request;
mod schema;
mod sentence;
mod telemetry;
mod usage;
mod words;

pub use crate::answer::{Answer, Citation, Event, Finish};
pub use crate::config::{Config, DEFAULTS, Models, OpenAi, TokenLimit, USUAL};
pub use crate::error::Error;
pub use crate::generator::{Events, Generator};
pub use crate::grpc::server;
pub use crate::price::{Price, Prices};
pub use crate::request::{Message, Parameters, Passage, Prompt, Request, Role};
pub use crate::telemetry::{
    ERROR_TYPE, FINISH_REASON, INPUT_TOKENS, OPERATION, OUTPUT_TOKENS, PROVIDER, REQUEST_MODEL,
    RESPONSE_MODEL, TIME_TO_FIRST_TOKEN,
};
pub use crate::usage::{Tokens, Usage};
