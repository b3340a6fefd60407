//! Runs one step of a flow: asks the peer that can do it, and makes its answer a value.

mod check;
mod error;
mod generate;
mod markers;
mod passage;
mod peers;
mod rerank;
mod retrieve;

pub use crate::run::error::StepError;
pub use crate::run::passage::Passage;
pub use crate::run::peers::Peers;

use serde_json::{Map, Value};

use crate::flow::{Flow, Setting, Step, StepKind, View, object};
use crate::usage::Usage;

/// What a step made.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The value that later expressions see under the step's id; null where it was skipped.
    pub value: Value,
    /// What its model calls consumed.
    pub usage: Usage,
    /// What was left out or replaced, such as `sample_corpus`.
    pub degraded: Vec<String>,
    /// Whether it did not run; then it has no value and must not be among those that are done.
    pub is_skipped: bool,
}

impl Outcome {
    fn of(value: Value) -> Self {
        Self { value, usage: Usage::default(), degraded: Vec::new(), is_skipped: false }
    }

    fn skipped() -> Self {
        Self { is_skipped: true, ..Self::of(Value::Null) }
    }

    /// Adds what was left out, once.
    fn degraded(mut self, what: impl IntoIterator<Item = String>) -> Self {
        for what in what {
            if !self.degraded.contains(&what) {
                self.degraded.push(what);
            }
        }
        self
    }
}

/// Runs a step on the job's input and the values of the steps that are done.
///
/// A step is skipped where its `when` does not hold, and where the step that it works on was.
pub async fn step(
    peers: &Peers,
    flow: &Flow,
    step: &Step,
    input: &Value,
    done: &Map<String, Value>,
) -> Result<Outcome, StepError> {
    let view = View { input, done };
    if !holds(step.when.as_ref(), view)? || source(step).is_some_and(|id| !done.contains_key(id)) {
        return Ok(Outcome::skipped());
    }
    match &step.kind {
        StepKind::Retrieve(retrieve) => retrieve::run(peers, &step.id, retrieve, view).await,
        StepKind::Rerank(rerank) => rerank::run(peers, &step.id, rerank, view).await,
        StepKind::Generate(generate) => {
            generate::run(peers, &flow.name, &step.id, generate, view).await
        }
        StepKind::Check(check) => check::run(check, view),
    }
}

/// The job's result, once every step is done.
pub fn finish(flow: &Flow, input: &Value, done: &Map<String, Value>) -> Result<Value, StepError> {
    Ok(object(&flow.result, View { input, done })?)
}

/// The method of another service that a step of this kind calls first.
pub(crate) fn method(kind: &StepKind) -> Option<&'static str> {
    match kind {
        StepKind::Retrieve(_) => Some("throughline.retrieval.v1.RetrievalService/Search"),
        StepKind::Rerank(_) => Some("throughline.rerank.v1.RerankService/Rerank"),
        StepKind::Generate(_) => Some("throughline.generation.v1.GenerationService/Generate"),
        StepKind::Check(_) => None,
    }
}

/// The step without whose value this one has nothing to do.
fn source(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Rerank(rerank) => Some(&rerank.from),
        StepKind::Check(check) => Some(&check.from),
        StepKind::Retrieve(_) | StepKind::Generate(_) => None,
    }
}

/// False, null, zero and what is empty do not hold, as in templates.
fn holds(when: Option<&Setting>, view: View<'_>) -> Result<bool, StepError> {
    let Some(when) = when else { return Ok(true) };
    Ok(match when.eval(view)? {
        Value::Null => false,
        Value::Bool(holds) => holds,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    })
}
