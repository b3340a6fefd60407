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

#[cfg(test)]
mod tests {
    use chassis::config::{DEFAULTS, Settings, Sources};

    use super::*;

    fn config() -> JobsConfig {
        let defaults = [DEFAULTS, crate::DEFAULTS];
        let sources = Sources { defaults: &defaults, ..Sources::default() };
        Settings::load(&sources).unwrap().section("jobs").unwrap()
    }

    fn error(kind: Kind) -> StepError {
        StepError {
            kind,
            code: "code".to_owned(),
            message: "message".to_owned(),
            hop: "generation",
            retry_after: None,
            violations: Vec::new(),
        }
    }

    fn decide(error: StepError, errors: u32, left: Duration) -> Next {
        next(error, errors, Deadline::after(left), &config(), 0.5)
    }

    #[test]
    fn the_kind_decides_whether_to_try_again() {
        let minute = Duration::from_secs(60);
        for kind in [Kind::Unavailable, Kind::Throttled, Kind::Deadline] {
            let Next::Retry(problem, wait) = decide(error(kind), 0, minute) else {
                panic!("{kind:?} may pass")
            };
            assert!(problem.retryable && wait == Duration::from_millis(500));
        }
        for kind in [Kind::Invalid, Kind::NotFound, Kind::Denied, Kind::Internal] {
            let Next::End(Ending::Failed(problem)) = decide(error(kind), 0, minute) else {
                panic!("{kind:?} does not pass")
            };
            assert!(!problem.retryable);
        }
    }

    #[test]
    fn the_job_s_own_deadline_ends_it() {
        let late = decide(error(Kind::Deadline), 0, Duration::from_millis(5));
        assert!(matches!(late, Next::End(Ending::Expired)));
        let away = decide(error(Kind::Unavailable), 0, Duration::from_millis(5));
        assert!(matches!(away, Next::Retry(..)), "its deadline will end it");
    }

    #[test]
    fn waits_double_and_give_way_to_what_a_peer_asks() {
        let minute = Duration::from_secs(60);
        let Next::Retry(_, wait) = decide(error(Kind::Unavailable), 3, minute) else { panic!() };
        assert_eq!(wait, Duration::from_secs(4));
        let asked = StepError { retry_after: Some(minute), ..error(Kind::Throttled) };
        let Next::Retry(_, wait) = decide(asked, 0, minute) else { panic!() };
        assert_eq!(wait, minute);
        let spent = decide(error(Kind::Unavailable), 4, minute);
        assert!(matches!(spent, Next::End(Ending::Failed(problem)) if problem.retryable));
    }
}
