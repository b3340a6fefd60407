use std::time::Duration;

use jobs::Error;
use jobs::job::{Problem, State};
use jobs::store::{Held, StepRecord, StepStatus, Totals};

use crate::world::{MAX_CRASHES, World, failed_step, step, totals};

const WAIT: Duration = Duration::from_secs(10);

fn problem() -> Problem {
    Problem::new("peer_unreachable", "nobody is there").retryable()
}

fn is_lost<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::LeaseLost))
}

pub(crate) async fn a_checkpoint_is_read_back_in_order(world: World) {
    let held = world.running().await.held;
    let skipped = StepRecord { status: StepStatus::Skipped, value: None, ..step("b", "") };
    world.store.checkpoint(&held, &step("z", r#"{"n":1}"#), &totals("x")).await.unwrap();
    world.store.checkpoint(&held, &skipped, &totals("x")).await.unwrap();
    world.store.checkpoint(&held, &step("a", "3"), &totals("x")).await.unwrap();
    let values = world.store.checkpoints(&held.job_id).await.unwrap();
    let expected = [("z", Some(r#"{"n":1}"#)), ("b", None), ("a", Some("3"))];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.map(str::to_owned)));
    assert_eq!(values, expected);
    let kinds = world.kinds(&held.job_id).await;
    assert_eq!(kinds[2..], ["step_finished", "step_finished", "step_finished"]);
}

pub(crate) async fn a_checkpoint_forgives_crashes(world: World) {
    let mut claim = world.running().await;
    for number in 0..=MAX_CRASHES {
        claim = world.crash().await;
        let record = step(&format!("s{number}"), "1");
        world.store.checkpoint(&claim.held, &record, &Totals::default()).await.unwrap();
    }
    assert_eq!(claim.attempt, MAX_CRASHES + 2);
}

pub(crate) async fn a_checkpoint_of_a_stale_worker_is_refused(world: World) {
    let stale = world.running().await.held;
    let fresh = world.crash().await.held;
    let record = step("a", "1");
    assert!(is_lost(&world.store.checkpoint(&stale, &record, &totals("stale")).await));
    world.store.checkpoint(&fresh, &record, &totals("fresh")).await.unwrap();
    assert_eq!(world.get(&fresh.job_id).await.degraded, ["fresh"]);
    let forged = Held { token: "other".to_owned(), ..fresh };
    assert!(is_lost(&world.store.checkpoint(&forged, &step("b", "1"), &totals("x")).await));
}

pub(crate) async fn a_checkpoint_is_written_once(world: World) {
    let held = world.running().await.held;
    let record = step("a", "1");
    world.store.checkpoint(&held, &record, &Totals::default()).await.unwrap();
    world.store.checkpoint(&held, &step("a", "2"), &Totals::default()).await.unwrap();
    let values = world.store.checkpoints(&held.job_id).await.unwrap();
    assert_eq!(values, [("a".to_owned(), Some("1".to_owned()))]);
    assert_eq!(world.kinds(&held.job_id).await.len(), 3, "and one event");
}

pub(crate) async fn usage_is_kept_with_each_checkpoint(world: World) {
    let held = world.running().await.held;
    let totals = totals("sample_corpus");
    world.store.checkpoint(&held, &step("a", "1"), &totals).await.unwrap();
    let again = world.crash().await;
    assert_eq!(again.degraded, totals.degraded);
    assert_eq!(again.usage, totals.usage);
}

pub(crate) async fn a_retry_waits_its_time(world: World) {
    let held = world.running().await.held;
    let record = failed_step("a");
    world.store.retry_later(&held, &record, &problem(), WAIT).await.unwrap();
    let job = world.get(&held.job_id).await;
    assert_eq!(job.state, State::Queued);
    assert!(world.claim().await.is_empty());
    world.pass(WAIT);
    let claim = world.claim().await.pop().unwrap();
    assert_eq!((claim.attempt, claim.errors), (2, 1));
    assert!(claim.lost.is_none(), "its worker did not die");
    let kinds = world.kinds(&held.job_id).await;
    assert_eq!(kinds, ["accepted", "started", "retrying", "started"]);
}

pub(crate) async fn a_retry_of_a_stale_worker_is_refused(world: World) {
    let stale = world.running().await.held;
    world.crash().await;
    let record = failed_step("a");
    assert!(is_lost(&world.store.retry_later(&stale, &record, &problem(), WAIT).await));
    assert_eq!(world.get(&stale.job_id).await.state, State::Running);
}

pub(crate) async fn errors_are_counted_over_attempts(world: World) {
    let mut claim = world.running().await;
    for number in 1..=3 {
        let record = failed_step("a");
        world.store.retry_later(&claim.held, &record, &problem(), WAIT).await.unwrap();
        world.pass(WAIT);
        claim = world.claim().await.pop().unwrap();
        assert_eq!(claim.errors, number);
    }
    let steps = world.store.steps(&claim.held.job_id).await.unwrap();
    let seen: Vec<_> = steps.iter().map(|step| (step.attempt, step.status.as_str())).collect();
    assert_eq!(seen, [(1, "error"), (2, "error"), (3, "error")]);
    assert_eq!(steps[0].code.as_deref(), Some("peer_unreachable"));
}

pub(crate) async fn a_lost_step_is_noted_by_the_holder_only(world: World) {
    let stale = world.running().await;
    let fresh = world.crash().await;
    let lost = StepRecord { status: StepStatus::Lost, value: None, ..step("a", "") };
    let by_stale = world.store.note_lost_step(&stale.held, stale.attempt, &lost).await;
    assert!(is_lost(&by_stale));
    world.store.note_lost_step(&fresh.held, stale.attempt, &lost).await.unwrap();
    assert_eq!(world.store.steps(&fresh.held.job_id).await.unwrap()[0].status, "lost");
    assert!(world.store.checkpoints(&fresh.held.job_id).await.unwrap().is_empty());
}
