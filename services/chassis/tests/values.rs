//! Ids, times and secrets.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use chassis::clock::{Clock, Time};
use chassis::id;
use chassis::secret::Secret;

#[test]
fn ids_differ_and_sort_by_time() {
    let ids: Vec<String> = (0..10_000).map(|_| id::new("job")).collect();
    assert!(ids.is_sorted());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(ids.iter().all(|id| id::is("job", id)));
}

#[test]
fn ids_have_one_spelling() {
    let id = id::new("job");
    assert!(!id::is("dlv", &id));
    for wrong in [
        "",
        "job_",
        "job",
        &id[4..],
        &id.to_uppercase(),
        &format!("{id}0"),
        &id[..29],
        &format!(" {id}"),
        "job_80000000000000000000000000",
        "job_0000000000000000000000000i",
        "job_0000000000000000000000000\u{e9}",
    ] {
        assert!(!id::is("job", wrong), "{wrong:?}");
    }
}

#[test]
fn time_counts_microseconds() {
    let time = Time::from_micros(1_500_000);
    assert_eq!(time.plus(Duration::from_millis(500)).micros(), 2_000_000);
    assert_eq!(time.since(Time::from_micros(500_000)), Duration::from_secs(1));
    assert_eq!(Time::from_micros(0).since(time), Duration::ZERO);
    assert_eq!(Time::from(time.to_system()), time);
    assert_eq!(time.to_string(), "1970-01-01T00:00:01.500Z");
    assert_eq!(Time::from_micros(i64::MAX).plus(Duration::MAX).micros(), i64::MAX);
    assert_eq!(Time::from_micros(-1).to_system(), SystemTime::UNIX_EPOCH);
}

#[test]
fn clock_moves_for_everybody_who_holds_it() {
    let clock = Clock::default();
    let other = clock.clone();
    let before = other.now();
    clock.advance(Duration::from_secs(3_600));
    assert!(other.now().since(before) >= Duration::from_secs(3_600));
    assert_eq!(other.offset(), 3_600_000_000);
}

#[test]
fn secret_is_not_printed() {
    let secret = Secret::from("hunter2".to_owned());
    assert_eq!(format!("{secret:?}"), "***");
    assert_eq!((secret.expose(), secret.get()), ("hunter2", Some("hunter2")));
    let none = Secret::default();
    assert_eq!(
        (format!("{none:?}"), none.get(), none.is_empty()),
        ("(none)".to_owned(), None, true)
    );
    let read: Secret = serde_json::from_str("\"x\"").unwrap();
    assert_eq!(read.expose(), "x");
}
