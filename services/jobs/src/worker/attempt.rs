//! One attempt of one job: its steps from the last checkpoint on, then its end.

mod end;
mod resume;

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
use crate::span::{self, Trace};
use crate::store::{Claim, Ending, StepRecord, StepStatus, Totals};
use crate::wake::Hint;
use crate::worker::Worker;
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
    let (job_id, trace) = (claim.held.job_id.clone(), Trace::of_claim(&claim));
    let (trace_id, attempt) = (trace.id().to_owned(), claim.attempt);
    info!(job_id, trace_id, flow = claim.flow, attempt, "job begins");
    let run = async { Attempt::new(worker, &claim, trace).run(&mut guard).await };
    match run.await {
        Ok(()) => {}
        Err(Error::LeaseLost) => {
            warn!(job_id, trace_id, attempt, "job is dropped: another worker has it");
        }
        Err(error) => {
            let error = error.told();
            warn!(job_id, trace_id, attempt, error, "job is dropped until its lease runs out");
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

    /// Runs a step under its own span, for its tenant, within the job's time, until something stops it.
    async fn run_step(&self, flow: &Flow, step: &Step, guard: &mut Guard) -> (Ran, Duration) {
        let began = Instant::now();
        let span_id = span::of_step(&self.claim.span_id, &step.id);
        let context = self.trace.context(&span_id);
        let work = run::step(&self.worker.peers, flow, step, &self.input, &self.done);
        let work = auth::scope(self.claim.tenant.clone(), deadline::scope(self.deadline, work));
        let work = trace::first_span(&span::of_call(&span_id), work);
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
