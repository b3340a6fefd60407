//! Those who write: one trait, and whoever stands behind it.

mod local;
mod openai;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use crate::prompt::Topic;
use crate::schema::Schema;
use crate::{Error, Finish, Message, Parameters, Passage, Tokens};

pub(crate) use crate::provider::local::Local;
pub(crate) use crate::provider::openai::OpenAiProvider;

/// Writes text.
///
/// A call ends when its future or its stream is dropped, and so does the provider's work.
#[async_trait]
pub(crate) trait Provider: Debug + Send + Sync {
    /// What results and spans call it.
    fn name(&self) -> &'static str;

    /// The model that stands behind the provider's default, an alias or a name.
    fn model(&self, name: &str) -> String;

    /// What results say of every text it writes.
    fn degraded(&self) -> Option<&'static str>;

    /// Whether nobody pays for it; else the price of the model counts.
    fn is_free(&self) -> bool;

    /// Writes the whole text.
    async fn complete(&self, call: Call) -> Result<Completion, Error>;

    /// Writes the text piece by piece; [`Piece::End`] is the last one.
    async fn stream(&self, call: Call) -> Result<Pieces, Error>;
}

/// The pieces of a text, as they are written.
pub(crate) type Pieces = BoxStream<'static, Result<Piece, Error>>;

/// What to write, ready for a provider.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) model: String,
    pub(crate) messages: Vec<Message>,
    pub(crate) parameters: Parameters,
    pub(crate) schema: Option<Arc<Schema>>,
    pub(crate) limit: TimeLimit,
    /// For those who write without a model: what it is about, what is known, and what to say
    /// where a schema is asked for.
    pub(crate) topic: Topic,
    pub(crate) passages: Arc<[Passage]>,
    pub(crate) fallback: Option<String>,
}

/// How long a call may take, and whose limit that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeLimit {
    pub(crate) timeout: Duration,
    /// Whether the caller's own time is over then.
    pub(crate) is_deadline: bool,
}

/// A piece of a text that is being written.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// What comes next.
    Delta(String),
    /// The whole.
    End(Completion),
}

/// A text that was written.
#[derive(Clone, Debug)]
pub(crate) struct Completion {
    pub(crate) text: String,
    /// The model, as the provider names it.
    pub(crate) model: String,
    pub(crate) finish: Finish,
    /// What the provider counted, if it counts.
    pub(crate) tokens: Option<Tokens>,
    pub(crate) request_id: String,
}
