use std::sync::Arc;
use std::time::Duration;

use chassis::deadline;
use chassis::http::Client;
use futures_util::stream::{BoxStream, StreamExt, try_unfold};
use tokio::time::Instant;
use tracing::{Instrument, Span};

use crate::citation::{citations, separate};
use crate::prompt::{Asked, Fence};
use crate::provider::{
    Call, Completion, Local, OpenAiProvider, Piece, Pieces, Provider, TimeLimit,
};
use crate::schema::{Misfit, Schema};
use crate::{
    Answer, Config, Error, Event, Finish, Message, Passage, Prices, Request, Role, Tokens, Usage,
    telemetry,
};

/// The events of an answer that is being written; dropping it ends the provider's work.
pub type Events = BoxStream<'static, Result<Event, Error>>;

/// Writes texts with whoever is configured to write them.
#[derive(Clone, Debug)]
pub struct Generator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    provider: Arc<dyn Provider>,
    prices: Prices,
    timeout: Duration,
}

impl Generator {
    /// A generator that reaches its provider through this client; without a provider the passages must do.
    pub fn new(config: Config, client: Client) -> Self {
        let Config { timeout, openai, models, prices, retry } = config;
        let provider: Arc<dyn Provider> = match openai {
            Some(openai) => {
                tracing::info!(
                    model = openai.model,
                    prices = prices.version,
                    "generation asks a language model"
                );
                Arc::new(OpenAiProvider::new(client, openai, models, retry))
            }
            None => {
                tracing::info!(
                    "generation has no language model: texts are put together from passages"
                );
                Arc::new(Local)
            }
        };
        Self(Arc::new(Inner { provider, prices, timeout }))
    }

    /// Writes the whole text.
    pub async fn generate(&self, request: Request) -> Result<Answer, Error> {
        let (call, order) = self.prepare(request)?;
        let span = order.span.clone();
        let answer = self.write(call, order).instrument(span.clone()).await;
        answer.inspect_err(|error| telemetry::note_failure(&span, error))
    }

    /// Writes the text piece by piece, then tells the whole.
    pub async fn stream(&self, request: Request) -> Result<Events, Error> {
        let (call, order) = self.prepare(request)?;
        let span = order.span.clone();
        let pieces = self.0.provider.stream(call).instrument(span.clone()).await;
        let pieces = pieces.inspect_err(|error| telemetry::note_failure(&span, error))?;
        let telling = Telling { pieces, order: Some(order), is_first: true };
        let events = try_unfold(telling, move |mut telling| {
            let span = span.clone();
            async move {
                let event = telling.next().instrument(span.clone()).await;
                let event = event.inspect_err(|error| telemetry::note_failure(&span, error))?;
                Ok(event.map(|event| (event, telling)))
            }
        });
        Ok(events.boxed())
    }

    /// Writes, and once more where the answer misses its schema.
    async fn write(&self, call: Call, mut order: Order) -> Result<Answer, Error> {
        let first = self.0.provider.complete(call.clone()).await?;
        let Some(repair) = order.repair(call, &first) else { return order.settle(&first) };
        order.count(&first);
        order.messages.clone_from(&repair.messages);
        order.settle(&self.0.provider.complete(repair).await?)
    }

    fn prepare(&self, request: Request) -> Result<(Call, Order), Error> {
        request.check()?;
        let schema = request.schema.as_deref().map(Schema::parse).transpose()?.map(Arc::new);
        let Asked { messages, topic, fence } = Asked::render(&request)?;
        let passages: Arc<[Passage]> = request.passages.into();
        let model = self.0.provider.model(&request.model);
        let call = Call {
            model: model.clone(),
            messages: messages.clone(),
            parameters: request.parameters,
            schema: schema.clone(),
            limit: self.limit()?,
            topic,
            passages: Arc::clone(&passages),
            fallback: request.fallback,
        };
        let span = telemetry::span(self.0.provider.name(), &model);
        let (generator, began, earlier) = (Arc::clone(&self.0), Instant::now(), Vec::new());
        let order =
            Order { generator, model, messages, passages, schema, fence, span, began, earlier };
        Ok((call, order))
    }

    fn limit(&self) -> Result<TimeLimit, Error> {
        let timeout = self.0.timeout;
        match deadline::current().map(deadline::Deadline::remaining) {
            Some(Duration::ZERO) => Err(Error::Deadline),
            Some(left) if left <= timeout => Ok(TimeLimit { timeout: left, is_deadline: true }),
            Some(_) | None => Ok(TimeLimit { timeout, is_deadline: false }),
        }
    }
}

/// What was ordered, for when the text is there.
struct Order {
    generator: Arc<Inner>,
    model: String,
    messages: Vec<Message>,
    passages: Arc<[Passage]>,
    schema: Option<Arc<Schema>>,
    fence: Fence,
    span: Span,
    began: Instant,
    /// What calls took whose texts do not count.
    earlier: Vec<Usage>,
}

impl Order {
    /// The call that asks again, told what is wrong, where the whole answer misses its schema and there is time.
    fn repair(&self, call: Call, completion: &Completion) -> Option<Call> {
        let misfit = self.schema.as_ref()?.accept(&completion.text).err()?;
        let left = call.limit.timeout.checked_sub(self.began.elapsed());
        let timeout = left.filter(|left| !left.is_zero() && completion.finish == Finish::Stop)?;
        let said = |role, text| Message { role, text };
        let mut messages = call.messages;
        messages.push(said(Role::Assistant, completion.text.clone()));
        messages.push(said(Role::User, misfit.remark()));
        let limit = TimeLimit { timeout, ..call.limit };
        Some(Call { messages, limit, ..call })
    }

    /// Keeps what a call took whose text does not count; the next one begins now.
    fn count(&mut self, completion: &Completion) {
        self.earlier.push(self.usage(completion));
        self.began = Instant::now();
    }

    /// Turns a text into an answer: checked against its schema, or with its citations.
    fn settle(mut self, completion: &Completion) -> Result<Answer, Error> {
        let mut calls = std::mem::take(&mut self.earlier);
        calls.push(self.usage(completion));
        let finish = completion.finish;
        telemetry::note(&self.span, &calls, finish);
        let repaired = "the answer did not fit its schema at first, and was asked for again";
        let warnings = (calls.len() > 1).then(|| repaired.to_owned()).into_iter().collect();
        let (text, citations) = match &self.schema {
            Some(schema) => (structured(schema, completion)?, Vec::new()),
            None => {
                let text = separate(&self.fence.strip(&completion.text));
                let citations = citations(&text, &self.passages);
                (text, citations)
            }
        };
        let degraded = self.generator.provider.degraded().map(str::to_owned).into_iter().collect();
        Ok(Answer { text, citations, finish, calls, degraded, warnings })
    }

    fn usage(&self, completion: &Completion) -> Usage {
        let Inner { provider, prices, .. } = &*self.generator;
        let read = self.messages.iter().map(|message| message.text.as_str());
        let estimate = || Tokens::estimate(read, &completion.text);
        let tokens = completion.tokens.unwrap_or_else(estimate);
        let price = || prices.cost(&completion.model, &self.model, tokens);
        Usage {
            provider: provider.name(),
            model: completion.model.clone(),
            tokens,
            cost_usd: if provider.is_free() { Some(0.0) } else { price() },
            is_estimated: completion.tokens.is_none(),
            duration: self.began.elapsed(),
            request_id: completion.request_id.clone(),
        }
    }
}

fn structured(schema: &Schema, completion: &Completion) -> Result<String, Error> {
    let refuse = |why: &str, violations| {
        let why = match completion.finish {
            Finish::Stop => why,
            Finish::Length => "it was cut at max_output_tokens; allow more",
            Finish::Filter => "the provider's content filter cut it",
        };
        Err(Error::SchemaNotMet { why: why.to_owned(), violations })
    };
    match schema.accept(&completion.text) {
        Ok(json) => Ok(json),
        Err(Misfit::NoJson) => refuse("it is no JSON", Vec::new()),
        Err(Misfit::Violations(violations)) => {
            let paths: Vec<_> =
                violations.iter().map(|violation| violation.path.as_str()).collect();
            refuse(&format!("see {}", paths.join(", ")), violations.clone())
        }
    }
}

/// A stream that is being told.
struct Telling {
    pieces: Pieces,
    /// None once the whole was told.
    order: Option<Order>,
    is_first: bool,
}

impl Telling {
    async fn next(&mut self) -> Result<Option<Event>, Error> {
        let Some(order) = &self.order else { return Ok(None) };
        let provider = order.generator.provider.name();
        let piece = self.pieces.next().await.transpose()?;
        if std::mem::replace(&mut self.is_first, false) {
            order.span.record(telemetry::TIME_TO_FIRST_TOKEN, order.began.elapsed().as_secs_f64());
        }
        match (piece, self.order.take()) {
            (Some(Piece::Delta(text)), order) => {
                self.order = order;
                Ok(Some(Event::Delta(text)))
            }
            (Some(Piece::End(completion)), Some(order)) => {
                order.settle(&completion).map(|answer| Some(Event::Done(Box::new(answer))))
            }
            (Some(Piece::End(_)) | None, _) => {
                Err(Error::unavailable(provider, "its answer broke off"))
            }
        }
    }
}
