//! What each step asks its service, and what it makes of the answer.

mod failing;
mod generating;
mod reranking;
mod retrieving;
mod skipping;

use std::sync::Arc;

use jobs::flow::Flow;
use jobs::run::{self, Outcome, StepError};
use serde_json::{Map, Value, json};

use crate::fake::Fake;
use crate::folder::Folder;

/// A job of the small flow, before some step.
pub(super) struct Run {
    pub(super) fake: Fake,
    pub(super) flow: Arc<Flow>,
    pub(super) input: Value,
    pub(super) done: Map<String, Value>,
}

impl Run {
    /// A job of this flow with a plan and passages.
    pub(super) fn of(folder: &Folder) -> Self {
        let passages = [one("pumps", "We mend pumps."), one("trains", "Trains run on rails.")];
        let done = json!({
            "plan": { "words": ["pumps", "mend"] },
            "found": { "passages": passages, "collection": "notes", "dense": "absent" },
            "best": { "passages": passages },
        });
        Self {
            fake: Fake::default(),
            flow: folder.flow(),
            input: json!({ "question": "Who mends pumps?" }),
            done: done.as_object().unwrap().clone(),
        }
    }

    /// The same with another input.
    pub(super) fn with_input(mut self, input: Value) -> Self {
        self.input = input;
        self
    }

    /// Runs one step.
    pub(super) async fn step(&self, id: &str) -> Result<Outcome, StepError> {
        let step = self.flow.steps.iter().find(|step| step.id == id).unwrap();
        run::step(&self.fake.peers(), &self.flow, step, &self.input, &self.done).await
    }
}

/// A passage as a checkpoint holds it.
pub(super) fn one(document: &str, text: &str) -> Value {
    json!({
        "document_id": document,
        "chunk_id": format!("{document}#0"),
        "title": document.to_uppercase(),
        "text": text,
        "score": 0.5,
        "metadata": { "year": 2024 },
        "scores": [],
        "collection": "notes",
        "start": 0,
        "end": 0,
    })
}
