//! What is measured of jobs and deliveries: each happening when it happens, the queue now and then.

use std::time::Duration;

use chassis::metrics::{Measure, Unit, are_wanted, record};
use chassis::task::CancellationToken;
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::job::{Job, State};
use crate::store::{Gauges, Store};

/// A job was accepted.
const ACCEPTED: &str = "JobsAccepted";
/// A job ended with a result.
const SUCCEEDED: &str = "JobsSucceeded";
/// A job failed, or its time was over.
const FAILED: &str = "JobsFailed";
/// From accepting a job to its end, unless somebody cancelled it.
const DURATION: &str = "JobDuration";
/// Tokens that a job's model calls read.
const INPUT_TOKENS: &str = "InputTokens";
/// Tokens that a job's model calls wrote.
const OUTPUT_TOKENS: &str = "OutputTokens";
/// What a job's model calls cost in US dollars, where that is known.
const COST: &str = "CostUsd";
/// An attempt of a delivery failed.
const DELIVERY_FAILURES: &str = "DeliveryFailures";
/// How many jobs could run and do not.
const QUEUE_DEPTH: &str = "QueueDepth";
/// How long the oldest of them waits.
const QUEUE_AGE: &str = "QueueAge";
/// How many deliveries were given up and not replayed.
const DEAD_LETTERS: &str = "DeadLetters";

/// How often the queue is looked at.
const PAUSE: Duration = Duration::from_secs(15);

/// A job was accepted.
pub(crate) fn accepted() {
    record(&[Measure::count(ACCEPTED, 1.0)]);
}

/// A job has ended.
pub(crate) fn ended(job: &Job) {
    record(&of_end(job));
}

/// An attempt of a delivery failed, whether or not there will be another.
pub(crate) fn delivery_failed() {
    record(&[Measure::count(DELIVERY_FAILURES, 1.0)]);
}

/// Looks at the queue now and then, until it is stopped; only where somebody wants to know.
pub(crate) async fn watch_queue(store: Store, stop: CancellationToken) {
    let mut ticks = interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while are_wanted() {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        match store.gauges().await {
            Ok(gauges) => record(&of_queue(&gauges)),
            Err(error) => warn!(error = error.told(), "the queue cannot be measured"),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "a metric is a float")]
fn of_end(job: &Job) -> Vec<Measure> {
    let mut measures = match job.state {
        State::Succeeded => vec![Measure::count(SUCCEEDED, 1.0)],
        State::Failed | State::Expired => vec![Measure::count(FAILED, 1.0)],
        State::Cancelled | State::Queued | State::Running | State::Waiting => Vec::new(),
    };
    if let Some(end) = job.finished_at.filter(|_| !measures.is_empty()) {
        let value = end.since(job.created_at).as_secs_f64() * 1000.0;
        measures.push(Measure { name: DURATION, unit: Unit::Milliseconds, value });
    }
    measures.push(Measure::count(INPUT_TOKENS, job.usage.input_tokens as f64));
    measures.push(Measure::count(OUTPUT_TOKENS, job.usage.output_tokens as f64));
    let cost = job.usage.cost_usd;
    measures.extend(cost.map(|value| Measure { name: COST, unit: Unit::Other, value }));
    measures
}

fn of_queue(gauges: &Gauges) -> [Measure; 3] {
    [
        Measure::count(QUEUE_DEPTH, f64::from(gauges.waiting)),
        Measure { name: QUEUE_AGE, unit: Unit::Seconds, value: gauges.oldest.as_secs_f64() },
        Measure::count(DEAD_LETTERS, f64::from(gauges.dead)),
    ]
}
