//! The schedule of retries, without waiting for it.

use std::time::Duration;

use jobs::config::AttemptsConfig;
use jobs::dispatch::{Verdict, fate};
use jobs::store::Fate;

const HOUR: Duration = Duration::from_secs(3600);

fn config() -> AttemptsConfig {
    AttemptsConfig {
        timeout: Duration::from_secs(15),
        slots: 32,
        per_origin: 4,
        first_retry: Duration::from_millis(150),
        max_retry_wait: HOUR,
        give_up_after: 72 * HOUR,
        give_up_resume_after: Duration::from_secs(900),
    }
}

/// The waits of a delivery that fails in the same way until it is given up.
fn waits(verdict: Verdict, chance: f64) -> Vec<Duration> {
    let (mut waits, mut age) = (Vec::new(), Duration::ZERO);
    loop {
        let failures = u32::try_from(waits.len()).unwrap();
        match fate(verdict, failures, age, &config(), chance) {
            Fate::Retry(wait) => {
                age += wait;
                waits.push(wait);
            }
            Fate::Dead => return waits,
            Fate::Delivered => panic!("a failure is no delivery"),
        }
    }
}

#[test]
fn waits_double_from_moments_to_an_hour_for_three_days() {
    let waits = waits(Verdict::Retry(None), 0.5);
    assert_eq!(waits[0], Duration::from_millis(150));
    assert_eq!(waits[1], Duration::from_millis(300));
    assert_eq!(waits[7], Duration::from_millis(19_200));
    assert_eq!(waits.last(), Some(&HOUR));
    let total: Duration = waits.iter().sum();
    assert!(total > 70 * HOUR && total <= 72 * HOUR, "{total:?}");
    assert!(waits.len() < 100, "{} attempts", waits.len());
}

#[test]
fn a_fifth_is_left_to_chance() {
    let first = |chance| waits(Verdict::Retry(None), chance)[0];
    assert_eq!(first(0.0), Duration::from_millis(120));
    assert_eq!(first(1.0), Duration::from_millis(180));
}

#[test]
fn a_receiver_may_ask_for_longer_and_not_for_shorter() {
    let asked = Some(Duration::from_secs(10));
    let early = fate(Verdict::Retry(asked), 0, Duration::ZERO, &config(), 0.5);
    assert_eq!(early, Fate::Retry(Duration::from_secs(10)));
    let late = fate(Verdict::Retry(asked), 20, HOUR, &config(), 0.5);
    assert_eq!(late, Fate::Retry(HOUR));
}

#[test]
fn an_execution_that_waits_no_more_is_given_up_soon() {
    let total: Duration = waits(Verdict::RetryShortly, 0.5).iter().sum();
    assert!(total > Duration::from_secs(300) && total <= Duration::from_secs(900), "{total:?}");
}

#[test]
fn what_does_not_help_is_not_repeated() {
    assert_eq!(fate(Verdict::GiveUp, 0, Duration::ZERO, &config(), 0.5), Fate::Dead);
    assert_eq!(fate(Verdict::Delivered, 9, 99 * HOUR, &config(), 0.5), Fate::Delivered);
}
