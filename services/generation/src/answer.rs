use crate::Usage;

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The text; with a schema, the JSON as text.
    pub text: String,
    /// The passages that the text cites, each once, in the order of the text.
    pub citations: Vec<Citation>,
    /// Why the text ended.
    pub finish: Finish,
    /// Who wrote it, and what that took; the last call wrote the text.
    pub calls: Vec<Usage>,
    /// What was left out or replaced, with the reason.
    pub degraded: Vec<String>,
    /// What the caller should know.
    pub warnings: Vec<String>,
}

/// A place in a text that rests on a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The marker as it stands in the text, such as `[1]`.
    pub marker: String,
    /// The document; empty where the marker points to no passage.
    pub document_id: String,
    /// The piece of it; empty where the marker points to no passage.
    pub chunk_id: String,
    /// The sentence of the passage that is nearest to the citing one.
    pub quote: String,
}

/// Why a text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It was complete.
    Stop,
    /// It reached the largest number of tokens.
    Length,
    /// The provider's filter ended it.
    Filter,
}

impl Finish {
    /// Its name in spans.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::Filter => "content_filter",
        }
    }
}

/// What a stream brings.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The next piece of the text, as the model wrote it.
    Delta(String),
    /// The whole answer, which counts in place of the pieces; the last event.
    Done(Box<Answer>),
}
