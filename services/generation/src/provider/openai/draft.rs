use crate::provider::openai::failure::{malformed, problem};
use crate::provider::openai::wire::Reply;
use crate::provider::openai::{MAX_BODY, NAME};
use crate::provider::{Call, Completion};
use crate::{Error, Finish, Tokens};

/// An answer as far as it has come, whole or in chunks.
#[derive(Debug)]
pub(super) struct Draft {
    text: String,
    model: String,
    finish: Option<String>,
    tokens: Option<Tokens>,
    request_id: String,
    is_refused: bool,
    calls_tool: bool,
}

impl Draft {
    pub(super) fn new(call: &Call, request_id: String) -> Self {
        let (text, model) = (String::new(), call.model.clone());
        let (finish, tokens) = (None, None);
        Self { text, model, finish, tokens, request_id, is_refused: false, calls_tool: false }
    }

    /// Takes in a whole answer or the next chunk of one, and answers the text that it brought.
    pub(super) fn take(&mut self, reply: Reply) -> Result<String, Error> {
        if let Some(error) = reply.error {
            return Err(problem(&error, &self.request_id));
        }
        if let Some(model) = reply.model.filter(|model| !model.is_empty()) {
            self.model = model;
        }
        if let Some(usage) = reply.usage {
            self.tokens = usage.tokens();
        }
        let Some(choice) = reply.choices.into_iter().flatten().next() else {
            return Ok(String::new());
        };
        self.finish = choice.finish_reason.or_else(|| self.finish.take());
        let said = choice.message.unwrap_or_default();
        self.is_refused |= said.refusal.is_some_and(|refusal| !refusal.is_empty());
        self.calls_tool |= said.tool_calls.is_some_and(|calls| !calls.is_empty());
        let text = said.content.map(|content| content.into_text()).unwrap_or_default();
        if self.text.len() + text.len() > MAX_BODY {
            return Err(malformed("its answer does not end"));
        }
        self.text.push_str(&text);
        Ok(text)
    }

    /// Whether the provider said why the text ended: then it is whole.
    pub(super) fn has_ended(&self) -> bool {
        self.finish.is_some()
    }

    /// The text, if it is one.
    pub(super) fn settle(self) -> Result<Completion, Error> {
        let refused = |why: &str| Error::ProviderRefused { provider: NAME, why: why.to_owned() };
        let finish = match self.finish.as_deref() {
            Some("length") => Finish::Length,
            Some("content_filter") => Finish::Filter,
            Some(_) | None => Finish::Stop,
        };
        if self.is_refused {
            return Err(refused("the model declined to answer"));
        }
        if self.text.trim().is_empty() {
            return Err(match finish {
                Finish::Length => {
                    refused("the model wrote nothing within max_output_tokens; allow more")
                }
                Finish::Filter => refused("its content filter kept the answer back"),
                Finish::Stop if self.calls_tool => {
                    malformed("the model called a tool that nobody offered")
                }
                Finish::Stop => malformed("its answer is empty"),
            });
        }
        let Self { text, model, tokens, request_id, .. } = self;
        Ok(Completion { text, model, finish, tokens, request_id })
    }
}
