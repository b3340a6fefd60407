//! One attempt of one job: its steps from the last checkpoint on, then its end.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chassis::deadline::{self, Deadline};
use chassis::failure::Kind;
use chassis::{auth, trace};
use futures_util::FutureExt;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until};
use tracing::{Span, error, info, warn};

use crate::error::Error;
use crate::flow::{Flow, Step};
use crate::job::Problem;
use crate::persist::persist;
use crate::run::{self, Outcome, StepError};
use crate::span::{self, EndedStep, Trace};
use crate::store::{Claim, Ending, StepRecord, StepStatus, Totals};
use crate::wake::Hint;
use crate::worker::Worker;
use crate::worker::outcome::{Next, next};
use crate::worker::running::{Guard, Stop};

/// An attempt on its way.
struct Attempt<'a> {
    worker: &'a Worker,
    claim: &'a Claim,
    trace: Trace,
    deadline: Deadline,
    totals: Totals,
    input: Value,
    /// The values of the steps that have one.
    done: Map<String, Value>,
    /// The steps that are not run again, those without a value among them.
    finished: Vec<String>,
}

/// How running a step came out.
enum Ran {
    Done(Outcome),
    Failed(StepError),
    Stopped(Stop),
}

/// Runs a claimed job as far as it goes.
pub(super) async fn run(worker: &Worker, claim: Claim, mut guard: Guard) {
    let (job, trace) = (claim.held.job_id.clone(), Trace::of_claim(&claim));
    info!(job, trace = trace.id(), flow = claim.flow, attempt = claim.attempt, "job begins");
    let run = async {
        let mut attempt = Attempt::new(worker, &claim, trace.clone());
        attempt.run(&mut guard).await
    };
    match run.await {
        Ok(()) => {}
        Err(Error::LeaseLost) => {
            warn!(
                job,
                trace = trace.id(),
                attempt = claim.attempt,
                "job is dropped: another worker has it"
            );
        }
        Err(error) => {
            warn!(job, trace = trace.id(), attempt = claim.attempt, %error, "job is dropped: it is claimed again when its lease has run out");
        }
    }
}

impl<'a> Attempt<'a> {
    fn new(worker: &'a Worker, claim: &'a Claim, trace: Trace) -> Self {
        let totals = Totals { usage: claim.usage.clone(), degraded: claim.degraded.clone() };
        let deadline = Deadline::after(claim.remaining);
        let (input, done, finished) = (Value::Null, Map::new(), Vec::new());
        Self { worker, claim, trace, deadline, totals, input, done, finished }
    }

    async fn run(&mut self, guard: &mut Guard) -> Result<(), Error> {
        let Claim { flow, flow_version, input, .. } = self.claim;
        let (library, store) = (&self.worker.library, &self.worker.store);
        let flow = match library.find(store, flow, flow_version).await {
            Ok(Some(flow)) => flow,
            Err(error @ Error::Unavailable(_)) => return Err(error),
            Ok(None) | Err(_) => {
                let message = "the version of the flow that the job began on cannot be read";
                let problem = Problem::new("flow_unavailable", message);
                return self.end(Ending::Failed(problem), None).await;
            }
        };
        self.input = serde_json::from_str(input).map_err(Error::broken)?;
        self.resume(&flow).await?;
        let left: Vec<&Step> = flow.steps.iter().filter(|step| !self.is_finished(step)).collect();
        for (place, step) in left.iter().enumerate() {
            let is_last = place + 1 == left.len();
            let (ran, took) = self.run_step(&flow, step, guard).await;
            match ran {
                Ran::Done(outcome) => {
                    let record = self.take(step, outcome, took)?;
                    if is_last {
                        return self.finish(&flow, Some(record)).await;
                    }
                    self.checkpoint(&record).await?;
                }
                Ran::Failed(error) => return self.fail(step, error, took).await,
                Ran::Stopped(stop) => return self.stop(stop, Some((step, took))).await,
            }
        }
        self.finish(&flow, None).await
    }

    fn is_finished(&self, step: &Step) -> bool {
        self.finished.contains(&step.id)
    }

    /// Takes up where the attempt before this one stopped.
    async fn resume(&mut self, flow: &Flow) -> Result<(), Error> {
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
        self.trace.step(&EndedStep {
            attempt: lost.number,
            attempt_span_id: &lost.span_id,
            step: &step.id,
            start,
            end: lost.ended_at,
            error: Some(span::LOST),
        });
        Ok(())
    }

    /// Runs a step under its own span, for its tenant, within the job's time, until something stops it.
    async fn run_step(&self, flow: &Flow, step: &Step, guard: &mut Guard) -> (Ran, Duration) {
        let began = Instant::now();
        let context = self.trace.context(&span::of_step(&self.claim.span_id, &step.id));
        let work = run::step(&self.worker.peers, flow, step, &self.input, &self.done);
        let work = auth::scope(self.claim.tenant.clone(), deadline::scope(self.deadline, work));
        let work = trace::scope(context, Span::none(), work);
        let ran = tokio::select! {
            biased;
            stop = guard.stopped() => Ran::Stopped(stop),
            () = sleep_until(self.deadline.instant()) => Ran::Stopped(Stop::Expired),
            ran = AssertUnwindSafe(work).catch_unwind() => match ran {
                Ok(Ok(outcome)) => Ran::Done(outcome),
                Ok(Err(error)) => Ran::Failed(error),
                Err(_) => Ran::Failed(panicked()),
            },
        };
        (ran, began.elapsed())
    }

    /// Adds what a step made to what is known.
    fn take(&mut self, step: &Step, outcome: Outcome, took: Duration) -> Result<StepRecord, Error> {
        let Outcome { value, usage, degraded, is_skipped } = outcome;
        let written = serde_json::to_string(&usage).map_err(Error::broken)?;
        self.totals.usage.merge(&step.id, usage);
        for what in degraded {
            if !self.totals.degraded.contains(&what) {
                self.totals.degraded.push(what);
            }
        }
        self.finished.push(step.id.clone());
        let status = if is_skipped { StepStatus::Skipped } else { StepStatus::Ok };
        let text = (!is_skipped).then(|| value.to_string());
        if !is_skipped {
            self.done.insert(step.id.clone(), value);
        }
        Ok(StepRecord { usage: Some(written), ..self.record(step, status, took, text) })
    }

    fn record(
        &self,
        step: &Step,
        status: StepStatus,
        took: Duration,
        value: Option<String>,
    ) -> StepRecord {
        let span_id = span::of_step(&self.claim.span_id, &step.id);
        StepRecord { step: step.id.clone(), status, span_id, took, value, usage: None, code: None }
    }

    async fn checkpoint(&self, record: &StepRecord) -> Result<(), Error> {
        let Worker { store, config, wake, .. } = self.worker;
        let held = &self.claim.held;
        let write = || store.checkpoint(held, record, &self.totals);
        let end = persist(config.lease * 4, write).await?;
        self.tell_step(record, end, None);
        wake.tell(Hint::Changed(held.job_id.as_str().into()));
        Ok(())
    }

    async fn finish(&mut self, flow: &Flow, last: Option<StepRecord>) -> Result<(), Error> {
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

    async fn fail(&self, step: &Step, error: StepError, took: Duration) -> Result<(), Error> {
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
                let (job, trace) = (&held.job_id, self.trace.id());
                let (wait_ms, hop) = (wait.as_millis(), &problem.hop);
                info!(
                    job,
                    trace,
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

    async fn stop(&self, stop: Stop, at: Option<(&Step, Duration)>) -> Result<(), Error> {
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
        info!(job = self.claim.held.job_id, trace = self.trace.id(), "job is given back");
        Ok(())
    }

    async fn end(&self, ending: Ending, last: Option<StepRecord>) -> Result<(), Error> {
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

    fn tell_step(&self, record: &StepRecord, end: chassis::clock::Time, error: Option<&str>) {
        let took = i64::try_from(record.took.as_micros()).unwrap_or(0);
        self.trace.step(&EndedStep {
            attempt: self.claim.attempt,
            attempt_span_id: &self.claim.span_id,
            step: &record.step,
            start: chassis::clock::Time::from_micros(end.micros() - took),
            end,
            error,
        });
    }
}

/// What a step did that cannot be put into words.
fn panicked() -> StepError {
    error!("a step panicked");
    StepError {
        kind: Kind::Unavailable,
        code: "panicked".to_owned(),
        message: "the step failed in a way that was not foreseen".to_owned(),
        hop: "jobs",
        retry_after: None,
        violations: Vec::new(),
    }
}
