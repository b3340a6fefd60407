use std::time::Duration;

use serde::Serialize;

use crate::cli::{Load, Wait};
use crate::command::load::measure::Summary;
use crate::command::load::tally::{Count, Example, Tally};
use crate::exit::Exit;
use crate::print::{self, Style, styled};

/// What a run showed, and whether it is good enough; its JSON form is for scripts.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    target: &'a str,
    jobs: u32,
    parallel: u16,
    wait: &'static str,
    seconds: f64,
    jobs_per_second: f64,
    #[serde(flatten)]
    counts: Count,
    accept_ms: Option<Summary>,
    end_to_end_ms: Option<Summary>,
    p95_limit_ms: u128,
    examples: &'a [Example],
    verdict: &'static str,
    reasons: Vec<String>,
}

impl<'a> Report<'a> {
    /// Judges a run.
    pub(super) fn new(load: &'a Load, wait: Wait, tally: &'a Tally, took: Duration) -> Self {
        let seconds = took.as_secs_f64();
        let ended = f64::from(tally.counts.succeeded + tally.counts.failed);
        let end_to_end = tally.end_to_end.summary();
        let reasons = reasons(load, tally, end_to_end.as_ref());
        Self {
            target: &load.target,
            jobs: load.jobs,
            parallel: load.parallel,
            wait: match wait {
                Wait::Webhook => "webhook",
                Wait::Poll => "poll",
            },
            seconds: (seconds * 1000.0).round() / 1000.0,
            jobs_per_second: (ended / seconds.max(f64::EPSILON) * 100.0).round() / 100.0,
            counts: tally.counts,
            accept_ms: tally.accept.summary(),
            end_to_end_ms: end_to_end,
            p95_limit_ms: load.p95.as_millis(),
            examples: &tally.examples,
            verdict: if reasons.is_empty() { "passed" } else { "failed" },
            reasons,
        }
    }

    /// Prints it; one that is not good enough is a failure.
    pub(super) fn print(&self, as_json: bool) -> Result<(), Exit> {
        if as_json {
            print::json(self);
        } else {
            self.show();
        }
        match self.reasons.is_empty() {
            true => Ok(()),
            false => Err(Exit::Failed(format!("verdict failed: {}", self.reasons.join("; ")))),
        }
    }

    fn show(&self) {
        let Self { jobs, parallel, wait, target, counts, .. } = self;
        print::line(format_args!("target      {target}: {jobs} jobs, {parallel} at once, {wait}"));
        print::line(format_args!(
            "accepted    {} ({} refused, {} submitted again)",
            counts.accepted, counts.refused, counts.retried
        ));
        print::line(format_args!(
            "ended       {} succeeded, {} failed, {} lost",
            counts.succeeded, counts.failed, counts.lost
        ));
        print::line(format_args!(
            "twice       {} jobs ({} keys were used twice), {} deliveries ({} calls repeated)",
            counts.duplicate_jobs,
            counts.keys_used_twice,
            counts.duplicate_deliveries,
            counts.repeated_calls
        ));
        row("accept", self.accept_ms.as_ref());
        row("end to end", self.end_to_end_ms.as_ref());
        print::line(format_args!(
            "rate        {} jobs/s over {:.1} s",
            self.jobs_per_second, self.seconds
        ));
        for example in self.examples {
            print::line(styled(Style::Bad, example));
        }
        if self.reasons.is_empty() {
            print::line(styled(Style::Good, "verdict     passed"));
        }
    }
}

/// Everything that is not as it should be.
fn reasons(load: &Load, tally: &Tally, end_to_end: Option<&Summary>) -> Vec<String> {
    let Count { refused, failed, lost, duplicate_jobs, duplicate_deliveries, .. } = tally.counts;
    let counted = [
        (u64::from(refused), "not accepted"),
        (u64::from(failed), "failed"),
        (u64::from(lost), "lost"),
        (u64::from(duplicate_jobs), "made twice for one key"),
        (duplicate_deliveries, "delivered twice under different ids"),
    ];
    let counted = counted.iter().filter(|(count, _)| *count > 0);
    let mut reasons: Vec<_> = counted.map(|(count, what)| format!("{count} {what}")).collect();
    if let Some(late) = end_to_end.map(|summary| summary.p95).filter(|p95| *p95 > load.p95) {
        let limit = humantime::format_duration(load.p95);
        reasons.push(format!("p95 is {:.3} s, more than {limit}", late.as_secs_f64()));
    }
    if tally.is_interrupted {
        reasons.push("stopped before the end".to_owned());
    }
    reasons
}

fn row(name: &str, summary: Option<&Summary>) {
    let Some(Summary { p50, p95, p99, max }) = summary else { return };
    let [p50, p95, p99, max] = [p50, p95, p99, max].map(Duration::as_secs_f64);
    print::line(format_args!(
        "{name:<11} p50 {p50:.3} s   p95 {p95:.3} s   p99 {p99:.3} s   max {max:.3} s"
    ));
}
