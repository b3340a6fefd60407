//! What becomes of a job when a step did not succeed.

use std::time::Duration;

use chassis::deadline::Deadline;
use chassis::failure::Kind;

use crate::config::JobsConfig;
use crate::dispatch::schedule::doubled;
use crate::job::Problem;
use crate::run::StepError;
use crate::store::Ending;

/// With less than this left an exceeded deadline was the job's own.
const MARGIN: Duration = Duration::from_millis(50);
/// No peer may park a job for longer than this.
const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);
const JITTER: f64 = 0.2;

/// What to do next.
#[derive(Clone, Debug)]
pub(super) enum Next {
    /// End the job.
    End(Ending),
    /// Try the step again after this long.
    Retry(Problem, Duration),
}

/// Decides by the error's kind, the errors so far, and the time that is left.
pub(super) fn next(
    error: StepError,
    errors: u32,
    deadline: Deadline,
    config: &JobsConfig,
    chance: f64,
) -> Next {
    let is_late = error.kind == Kind::Deadline;
    if is_late && deadline.remaining() < MARGIN {
        return Next::End(Ending::Expired);
    }
    // A peer that ran out of its own time may be quicker next time.
    let may_pass = error.is_transient() || is_late;
    let asked = error.retry_after.unwrap_or_default().min(LONGEST_ASKED);
    let problem = problem(error, may_pass);
    if !may_pass || errors >= config.max_errors {
        return Next::End(Ending::Failed(problem));
    }
    let usual = doubled(config.retry_wait, errors, config.max_retry_wait);
    let usual = usual.mul_f64(1.0 - JITTER + 2.0 * JITTER * chance.clamp(0.0, 1.0));
    Next::Retry(problem, usual.max(asked))
}

fn problem(error: StepError, retryable: bool) -> Problem {
    Problem {
        code: error.code,
        message: error.message,
        retryable,
        hop: error.hop.to_owned(),
        retry_after: error.retry_after,
        errors: error.violations,
    }
}
