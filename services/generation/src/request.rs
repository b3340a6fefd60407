use serde_json::{Map, Value};

use crate::Error;

const MAX_PASSAGES: usize = 200;
const MAX_MESSAGES: usize = 100;
const MAX_STOP: usize = 4;
const MAX_UNTRUSTED: usize = 100;
const MAX_NAME: usize = 200;
const MAX_OUTPUT_TOKENS: u32 = 1_000_000;

/// What to write.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The prompt.
    pub prompt: Prompt,
    /// What a template may name.
    pub variables: Map<String, Value>,
    /// What is known, best first; a template sees it as `passages`, numbered from 1.
    pub passages: Vec<Passage>,
    /// An alias, or a provider's model; empty means `strong`.
    pub model: String,
    /// The JSON schema that the answer must fit.
    pub schema: Option<String>,
    /// With a schema: the answer where no model is configured.
    pub fallback: Option<String>,
    /// How to write.
    pub parameters: Parameters,
    /// Dotted names of variables that strangers wrote, such as `input.description`.
    pub untrusted: Vec<String>,
}

/// A template, or finished messages.
#[derive(Clone, Debug)]
pub enum Prompt {
    /// To be rendered here.
    Template {
        /// What errors call it.
        name: String,
        /// The system message; may be empty.
        system: String,
        /// The user's message.
        user: String,
    },
    /// To be passed on.
    Messages(Vec<Message>),
}

impl Default for Prompt {
    fn default() -> Self {
        Self::Messages(Vec::new())
    }
}

/// One message of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub text: String,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Whoever runs the service.
    System,
    /// Whoever asks.
    User,
    /// The model.
    Assistant,
}

/// A piece of a stored document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passage {
    /// The document.
    pub document_id: String,
    /// The piece of it.
    pub chunk_id: String,
    /// The document's title; may be empty.
    pub title: String,
    /// The piece's text.
    pub text: String,
    /// How well it answers.
    pub score: f64,
}

/// How to write.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    /// The largest number of tokens to write.
    pub max_output_tokens: Option<u32>,
    /// How freely, from 0 to 2.
    pub temperature: Option<f64>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// For answers that can be repeated, where the provider knows how.
    pub seed: Option<i64>,
}

impl Request {
    /// Refuses what no provider needs to see.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let count = self.passages.len();
        if count > MAX_PASSAGES {
            return Err(Error::TooManyPassages { count, limit: MAX_PASSAGES });
        }
        self.prompt.check()?;
        if self.model.len() > MAX_NAME || self.model.chars().any(char::is_control) {
            return Err(Error::parameter("model", "is no model's name"));
        }
        if self.untrusted.len() > MAX_UNTRUSTED {
            return Err(Error::parameter("untrusted", "names more than 100 variables"));
        }
        self.parameters.check()
    }
}

impl Prompt {
    fn check(&self) -> Result<(), Error> {
        match self {
            Self::Template { user, .. } if user.trim().is_empty() => Err(Error::NoPrompt),
            Self::Template { .. } => Ok(()),
            Self::Messages(messages) if messages.len() > MAX_MESSAGES => {
                Err(Error::parameter("messages", "are more than 100"))
            }
            Self::Messages(messages) => {
                let is_said = |message: &Message| !message.text.trim().is_empty();
                messages.iter().any(is_said).then_some(()).ok_or(Error::NoPrompt)
            }
        }
    }
}

impl Parameters {
    fn check(&self) -> Result<(), Error> {
        if self.max_output_tokens.is_some_and(|tokens| tokens > MAX_OUTPUT_TOKENS) {
            return Err(Error::parameter("max_output_tokens", "is more than a million"));
        }
        if self.temperature.is_some_and(|warmth| !(0.0..=2.0).contains(&warmth)) {
            return Err(Error::parameter("temperature", "is no number from 0 to 2"));
        }
        if self.stop.len() > MAX_STOP {
            return Err(Error::parameter("stop", "are more than 4 texts"));
        }
        if self.stop.iter().any(|stop| stop.is_empty() || stop.len() > MAX_NAME) {
            return Err(Error::parameter("stop", "holds an empty text or one over 200 bytes"));
        }
        Ok(())
    }
}
