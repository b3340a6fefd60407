use std::time::Duration;

use serde::Deserialize;

use crate::config::{self, Settings};

/// How often a call is repeated, and after which wait.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Retry {
    /// The largest number of requests for one call, the first included.
    pub attempts: u32,
    /// About how long to wait before the first repeat; each further wait doubles.
    #[serde(with = "crate::config::duration")]
    pub first_wait: Duration,
    /// The longest wait; who asks for a longer one is not called again.
    #[serde(with = "crate::config::duration")]
    pub longest_wait: Duration,
    /// How many repeats each call of the provider pays for, from 0 to 1.
    pub share: f64,
    /// How many repeats there may be beside those, about one minute's worth.
    pub reserve: u32,
    /// How long one attempt waits for an answer to begin; as long as the call may take where absent.
    #[serde(skip)]
    pub patience: Option<Duration>,
}

/// More attempts than this are a queue's work.
const MOST_ATTEMPTS: u32 = 10;

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
            share: 0.2,
            reserve: 10,
            patience: None,
        }
    }
}

impl Retry {
    /// Reads a section with these members, and refuses what is no way to repeat.
    pub fn read(settings: &Settings, section: &str) -> Result<Self, config::Error> {
        let retry: Self = settings.section(section)?;
        let refuse = |key: &str, what: &str, remedy: &str| {
            Err(settings.refuse(&format!("{section}.{key}"), what, remedy))
        };
        if !(1..=MOST_ATTEMPTS).contains(&retry.attempts) {
            let remedy = "set it to a number from 1, for no repeat, to 10";
            return refuse("attempts", "is no number of attempts", remedy);
        }
        if !(0.0..=1.0).contains(&retry.share) {
            return refuse("share", "is no share", "set it to a number from 0 to 1");
        }
        if retry.longest_wait < retry.first_wait {
            return refuse(
                "longest_wait",
                "is shorter than first_wait",
                "set it to as much or more",
            );
        }
        Ok(retry)
    }

    /// How long to wait after this attempt, if not longer than anybody should.
    pub(super) fn wait(&self, number: u32, asked: Option<Duration>) -> Option<Duration> {
        let doubled = 2_u32.saturating_pow(number.saturating_sub(1));
        let usual = self.first_wait.saturating_mul(doubled).min(self.longest_wait);
        match asked {
            // Everybody who was sent away at once would come back at once.
            Some(asked) if asked <= self.longest_wait => Some(asked + part(self.first_wait)),
            Some(_) => None,
            None => Some(usual / 2 + part(usual / 2)),
        }
    }
}

/// Some of a duration, by chance.
fn part(whole: Duration) -> Duration {
    whole.mul_f64(rand::random_range(0.0..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: Retry = Retry {
        attempts: 9,
        first_wait: Duration::from_millis(100),
        longest_wait: Duration::from_secs(1),
        share: 0.0,
        reserve: 0,
        patience: None,
    };

    #[test]
    fn waits_double_up_to_the_longest() {
        for (number, least, most) in [(1, 50, 100), (2, 100, 200), (4, 400, 800), (9, 500, 1000)] {
            let wait = RETRY.wait(number, None).unwrap().as_millis();
            assert!((least..=most).contains(&wait), "{number}: {wait}");
        }
    }

    #[test]
    fn a_wait_that_is_asked_for_is_waited_unless_it_is_too_long() {
        let asked = Duration::from_millis(700);
        let wait = RETRY.wait(1, Some(asked)).unwrap();
        assert!(wait >= asked && wait <= asked + RETRY.first_wait, "{wait:?}");
        assert_eq!(RETRY.wait(1, Some(Duration::from_secs(2))), None);
    }
}
