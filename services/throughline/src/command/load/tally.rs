use std::fmt;

use serde::Serialize;

use crate::command::load::errand::{Ending, Errand};
use crate::command::load::give_up;
use crate::command::load::measure::Measure;
use crate::command::load::webhook::Counts;
use crate::exit::Exit;

/// So many jobs that did not succeed are named; the others are counted.
const EXAMPLES: usize = 10;

/// What came of the jobs so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Numbers.
    pub(super) counts: Count,
    /// From the first try to the answer that names a job.
    pub(super) accept: Measure,
    /// From the first try to the end.
    pub(super) end_to_end: Measure,
    /// Some that did not succeed.
    pub(super) examples: Vec<Example>,
    /// Whether somebody stopped the run.
    pub(super) is_interrupted: bool,
    last: Option<Ending>,
}

/// How many jobs did what.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Count {
    /// Accepted.
    pub(super) accepted: u32,
    /// Not accepted, also not on another try.
    pub(super) refused: u32,
    /// Submissions that had to be tried again.
    pub(super) retried: u32,
    /// Ended as they should.
    pub(super) succeeded: u32,
    /// Ended otherwise.
    pub(super) failed: u32,
    /// Accepted, and without an end in time.
    pub(super) lost: u32,
    /// Keys that were used twice on purpose.
    pub(super) keys_used_twice: u32,
    /// Keys that have another job beside the first one.
    pub(super) duplicate_jobs: u32,
    /// Deliveries beside the first one of a job.
    pub(super) duplicate_deliveries: u64,
    /// Calls that repeat a delivery under its own id, which receivers can tell.
    pub(super) repeated_calls: u64,
}

/// A job that did not succeed.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Example {
    /// Its number in the run.
    number: u32,
    /// Its id; null where it was not accepted.
    job_id: Option<String>,
    /// What became of it.
    what: String,
}

impl Tally {
    /// Counts a job.
    pub(super) fn add(&mut self, errand: Errand) {
        let counts = &mut self.counts;
        counts.retried += errand.retried;
        counts.keys_used_twice += u32::from(errand.is_twice);
        counts.duplicate_jobs += u32::from(errand.is_doubled);
        if let Some(took) = errand.accepted {
            counts.accepted += 1;
            self.accept.add(took);
        }
        if let Some(what) = self.end(&errand.ending) {
            self.keep(errand, what);
        }
    }

    /// Counts an end, and answers what went wrong.
    fn end(&mut self, ending: &Ending) -> Option<String> {
        let counts = &mut self.counts;
        let (count, why) = match ending {
            Ending::Succeeded(_) => (&mut counts.succeeded, None),
            Ending::Failed(_, why) => (&mut counts.failed, Some(why)),
            Ending::Lost(why) => (&mut counts.lost, Some(why)),
            Ending::Refused(why) | Ending::Unreachable(why) => (&mut counts.refused, Some(why)),
        };
        *count += 1;
        if let Ending::Succeeded(took) | Ending::Failed(took, _) = ending {
            self.end_to_end.add(*took);
        }
        why.cloned()
    }

    fn keep(&mut self, errand: Errand, what: String) {
        if self.examples.len() < EXAMPLES {
            self.examples.push(Example { number: errand.number, job_id: errand.job_id, what });
        }
        self.last = Some(errand.ending);
    }

    /// Counts what the webhook was told more than once.
    pub(super) fn told(&mut self, counts: Counts) {
        self.counts.duplicate_deliveries = counts.duplicates;
        self.counts.repeated_calls = counts.repeated;
    }

    /// Why it is of no use to go on: so many jobs, and none was accepted.
    pub(super) fn hopeless(&self, many: u32) -> Option<Exit> {
        let Count { accepted, refused, .. } = self.counts;
        (accepted == 0 && refused >= many).then_some(self.last.as_ref()).flatten().and_then(give_up)
    }

    /// How it goes, in a line.
    pub(super) fn progress(&self, jobs: u32) -> impl fmt::Display {
        let Count { succeeded, failed, lost, refused, .. } = self.counts;
        let ended = succeeded + failed + lost + refused;
        format!(
            "{ended} of {jobs} jobs: {succeeded} succeeded, {failed} failed, {lost} lost, {refused} refused"
        )
    }
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, job_id, what } = self;
        match job_id {
            Some(id) => write!(f, "{id}: {what}"),
            None => write!(f, "posting {number}: {what}"),
        }
    }
}
