//! Where an attempt begins: behind the last checkpoint of those before it.

use crate::error::Error;
use crate::flow::Flow;
use crate::run;
use crate::span::{self, EndedStep};
use crate::store::{StepRecord, StepStatus};
use crate::worker::attempt::Attempt;

impl Attempt<'_> {
    /// Takes up where the attempt before this one stopped.
    pub(super) async fn resume(&mut self, flow: &Flow) -> Result<(), Error> {
        if self.claim.attempt <= 1 {
            return Ok(());
        }
        let store = &self.worker.store;
        for (step, value) in store.checkpoints(&self.claim.held.job_id).await? {
            if let Some(value) = value {
                let value = serde_json::from_str(&value).map_err(Error::broken)?;
                self.done.insert(step.clone(), value);
            }
            self.finished.push(step);
        }
        self.tell_lost(flow).await
    }

    /// Tells what a worker that died could not tell: its attempt, and the step that it was in.
    async fn tell_lost(&self, flow: &Flow) -> Result<(), Error> {
        let Some(lost) = &self.claim.lost else { return Ok(()) };
        self.trace.attempt(lost, Some(span::LOST));
        let Some(step) = flow.steps.iter().find(|step| !self.is_finished(step)) else {
            return Ok(());
        };
        let store = &self.worker.store;
        let steps = store.steps(&self.claim.held.job_id).await?;
        let before = steps.iter().filter(|row| row.attempt == lost.number).map(|row| row.ended_at);
        let start = before.max().unwrap_or(lost.started_at);
        let record = StepRecord {
            step: step.id.clone(),
            status: StepStatus::Lost,
            span_id: span::of_step(&lost.span_id, &step.id),
            took: lost.ended_at.since(start),
            value: None,
            usage: None,
            code: Some(span::LOST.to_owned()),
        };
        store.note_lost_step(&self.claim.held, lost.number, &record).await?;
        let ended = EndedStep {
            attempt: lost.number,
            attempt_span_id: &lost.span_id,
            step: &step.id,
            start,
            end: lost.ended_at,
            error: Some(span::LOST),
        };
        self.trace.step(&ended);
        if let Some(method) = run::method(&step.kind) {
            self.trace.lost_call(&ended, method);
        }
        Ok(())
    }
}
