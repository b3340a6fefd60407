//! When a delivery is tried again, and when it is given up.

use std::time::Duration;

use crate::config::AttemptsConfig;
use crate::dispatch::policy::Verdict;
use crate::store::Fate;

/// How much of a wait is left to chance, to either side.
const JITTER: f64 = 0.2;

/// What becomes of a delivery that is `age` old and failed `failures` times before this attempt.
///
/// `chance` is from 0 to 1.
pub fn fate(
    verdict: Verdict,
    failures: u32,
    age: Duration,
    config: &AttemptsConfig,
    chance: f64,
) -> Fate {
    let (asked, give_up_after) = match verdict {
        Verdict::Delivered => return Fate::Delivered,
        Verdict::GiveUp => return Fate::Dead,
        Verdict::Retry(asked) => (asked, config.give_up_after),
        Verdict::RetryShortly => (None, config.give_up_resume_after.min(config.give_up_after)),
    };
    let usual = doubled(config.first_retry, failures, config.max_retry_wait);
    let usual = usual.mul_f64(1.0 - JITTER + 2.0 * JITTER * chance.clamp(0.0, 1.0));
    let wait = asked.map_or(usual, |asked| asked.max(usual));
    if age.saturating_add(wait) > give_up_after { Fate::Dead } else { Fate::Retry(wait) }
}

/// `first`, doubled so many times, and never longer than `longest`.
pub(crate) fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    let factor = 2u32.saturating_pow(times);
    first.saturating_mul(factor).min(longest)
}
