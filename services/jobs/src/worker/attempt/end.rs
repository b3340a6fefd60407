//! How an attempt ends: with the job, with a later try, or given back.

use std::time::Duration;

use chassis::clock::Time;
use serde_json::Value;
use tracing::info;

use crate::error::Error;
use crate::flow::{Flow, Step};
use crate::job::Problem;
use crate::persist::persist;
use crate::run::{self, StepError};
use crate::span::EndedStep;
use crate::store::{Ending, StepRecord, StepStatus};
use crate::wake::Hint;
use crate::worker::Worker;
use crate::worker::attempt::Attempt;
use crate::worker::outcome::{Next, next};
use crate::worker::running::Stop;

impl Attempt<'_> {
    pub(super) async fn finish(
        &mut self,
        flow: &Flow,
        last: Option<StepRecord>,
    ) -> Result<(), Error> {
        let ending = match run::finish(flow, &self.input, &self.done) {
            Ok(result) => self.succeeded(&result),
            Err(error) => Ending::Failed(Problem::new(&error.code, &error.message)),
        };
        self.end(ending, last).await
    }

    fn succeeded(&self, result: &Value) -> Ending {
        let (result, limit) = (result.to_string(), self.worker.config.max_result);
        if result.len() <= limit {
            return Ending::Succeeded(result);
        }
        let message = format!("the result has {} bytes, and {limit} are allowed", result.len());
        Ending::Failed(Problem::new("result_too_large", &message))
    }

    pub(super) async fn fail(
        &self,
        step: &Step,
        error: StepError,
        took: Duration,
    ) -> Result<(), Error> {
        let Worker { store, config, wake, .. } = self.worker;
        let chance = rand::random_range(0.0..=1.0);
        let code = Some(error.code.clone());
        let record = StepRecord { code, ..self.record(step, StepStatus::Error, took, None) };
        match next(error, self.claim.errors, self.deadline, config, chance) {
            Next::End(ending) => self.end(ending, Some(record)).await,
            Next::Retry(problem, wait) => {
                let held = &self.claim.held;
                let write = || store.retry_later(held, &record, &problem, wait);
                let attempt = persist(config.lease * 4, write).await?;
                self.tell_step(&record, attempt.ended_at, Some(&problem.code));
                self.trace.attempt(&attempt, Some(&problem.code));
                wake.jobs.ring_in(wait);
                wake.tell(Hint::Changed(held.job_id.as_str().into()));
                let (job_id, trace_id) = (&held.job_id, self.trace.id());
                let (wait_ms, hop) = (wait.as_millis(), &problem.hop);
                info!(
                    job_id,
                    trace_id,
                    step = step.id,
                    hop,
                    code = problem.code,
                    wait_ms,
                    "step failed and is tried again"
                );
                Ok(())
            }
        }
    }

    pub(super) async fn stop(
        &self,
        stop: Stop,
        at: Option<(&Step, Duration)>,
    ) -> Result<(), Error> {
        let (ending, code) = match stop {
            Stop::Lost => return Err(Error::LeaseLost),
            Stop::HandBack => return self.hand_back().await,
            Stop::Cancelled => (Ending::Cancelled, "cancelled"),
            Stop::Expired => (Ending::Expired, "deadline_exceeded"),
        };
        let record = at.map(|(step, took)| StepRecord {
            code: Some(code.to_owned()),
            ..self.record(step, StepStatus::Error, took, None)
        });
        self.end(ending, record).await
    }

    async fn hand_back(&self) -> Result<(), Error> {
        let attempt = self.worker.store.hand_back(&self.claim.held).await?;
        self.trace.attempt(&attempt, Some("handed_back"));
        self.worker.wake.tell(Hint::Job);
        let (job_id, trace_id) = (&self.claim.held.job_id, self.trace.id());
        info!(job_id, trace_id, "job is given back");
        Ok(())
    }

    pub(super) async fn end(&self, ending: Ending, last: Option<StepRecord>) -> Result<(), Error> {
        let Worker { store, config, .. } = self.worker;
        let held = &self.claim.held;
        let write = || store.finish(held, &ending, last.as_ref(), &self.totals);
        let ended = persist(config.lease * 4, write).await?;
        if let (Some(record), Some(end)) = (&last, ended.job.finished_at) {
            self.tell_step(record, end, record.code.as_deref());
        }
        let code = ended.job.error.as_ref().map(|problem| problem.code.as_str());
        self.worker.ended(&ended, code);
        Ok(())
    }

    pub(super) fn tell_step(&self, record: &StepRecord, end: Time, error: Option<&str>) {
        let took = i64::try_from(record.took.as_micros()).unwrap_or(0);
        self.trace.step(&EndedStep {
            attempt: self.claim.attempt,
            attempt_span_id: &self.claim.span_id,
            step: &record.step,
            start: Time::from_micros(end.micros() - took),
            end,
            error,
        });
    }
}
