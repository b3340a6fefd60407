use std::collections::HashSet;
use std::slice::from_ref;
use std::time::Duration;

use futures_util::future::join_all;
use jobs::job::State;
use jobs::store::{Lane, NewJob};

use crate::world::{HOUR, LEASE, MAX_CRASHES, TERMS, World, new_job, tenant};

const SECOND: Duration = Duration::from_secs(1);

pub(crate) async fn claim_takes_the_urgent_first(world: World) {
    world.job().await;
    let urgent = world.add(&NewJob { priority: 5, ..new_job() }).await;
    world.add(&NewJob { priority: -5, ..new_job() }).await;
    let claims = world.store.claim(1, TERMS).await.unwrap();
    assert_eq!(claims[0].held.job_id, urgent.id);
}

pub(crate) async fn claim_takes_the_older_first(world: World) {
    let first = world.job().await;
    world.pass(SECOND);
    let second = world.job().await;
    let mut order = Vec::new();
    for _ in 0..2 {
        order.push(world.store.claim(1, TERMS).await.unwrap().remove(0).held.job_id);
    }
    assert_eq!(order, [first.id, second.id]);
}

pub(crate) async fn claim_takes_no_more_than_asked(world: World) {
    for _ in 0..5 {
        world.job().await;
    }
    assert_eq!(world.store.claim(3, TERMS).await.unwrap().len(), 3);
    assert_eq!(world.store.claim(3, TERMS).await.unwrap().len(), 2);
}

pub(crate) async fn claim_leaves_what_is_not_due(world: World) {
    let run_at = Some(world.clock.now().plus(HOUR));
    world.add(&NewJob { run_at, priority: 100, ..new_job() }).await;
    let due = world.job().await;
    let claims = world.claim().await;
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].held.job_id, due.id);
}

pub(crate) async fn claimers_never_share_a_job(world: World) {
    for _ in 0..40 {
        world.job().await;
    }
    let store = &world.store;
    let claimers = (0..8).map(|_| async move {
        let mut mine = Vec::new();
        while let Some(claim) = store.claim(3, TERMS).await.unwrap().pop() {
            mine.push(claim.held.job_id);
        }
        mine
    });
    // Each round drops all but one of a batch, so count the rest from the rows.
    let popped: Vec<String> = join_all(claimers).await.into_iter().flatten().collect();
    let distinct: HashSet<&String> = popped.iter().collect();
    assert_eq!(distinct.len(), popped.len());
    let jobs = store.jobs(&tenant(), &jobs::job::Filter::default(), None, 100).await.unwrap();
    assert!(jobs.iter().all(|job| job.state == State::Running && job.attempts == 1));
}

pub(crate) async fn a_held_job_is_not_claimed(world: World) {
    world.running().await;
    world.pass(LEASE - SECOND);
    assert!(world.claim().await.is_empty());
}

pub(crate) async fn an_expired_lease_is_claimed_by_another(world: World) {
    let first = world.running().await;
    let second = world.crash().await;
    assert_eq!(second.held.job_id, first.held.job_id);
    assert_ne!(second.held.token, first.held.token);
    assert_ne!(second.span_id, first.span_id);
    assert_eq!((first.attempt, second.attempt), (1, 2));
    assert_eq!(first.input, second.input);
}

pub(crate) async fn a_new_owner_of_an_embedded_store_waits_for_no_lease(world: World) {
    world.delivered_job().await;
    world.outgoing(Lane::First).await;
    let first = world.running().await;
    world.store.let_go().await.unwrap();
    let (claims, out) = (world.claim().await, world.outgoing(Lane::First).await);
    if world.store.is_embedded() {
        assert_eq!(claims[0].lost.as_ref().unwrap().span_id, first.span_id);
        assert_eq!(out.len(), 1);
    } else {
        assert!(claims.is_empty() && out.is_empty(), "somebody else may hold them");
    }
}

pub(crate) async fn a_heartbeat_keeps_the_lease(world: World) {
    let claim = world.running().await;
    for _ in 0..3 {
        world.pass(LEASE - SECOND);
        let pulses = world.store.heartbeat(from_ref(&claim.held), LEASE).await.unwrap();
        assert_eq!(pulses[0].job_id, claim.held.job_id);
        assert!(world.claim().await.is_empty());
    }
}

pub(crate) async fn a_heartbeat_tells_what_is_lost(world: World) {
    let kept = world.running().await;
    let lost = world.running().await;
    world.succeed(&lost.held).await;
    let held = [kept.held.clone(), lost.held];
    let pulses = world.store.heartbeat(&held, LEASE).await.unwrap();
    assert_eq!(pulses.len(), 1);
    assert_eq!(pulses[0].job_id, kept.held.job_id);
    let other = world.crash().await;
    assert!(world.store.heartbeat(&[kept.held], LEASE).await.unwrap().is_empty());
    assert_eq!(world.store.heartbeat(&[other.held], LEASE).await.unwrap().len(), 1);
}

pub(crate) async fn a_heartbeat_does_not_keep_batch_mates(world: World) {
    world.job().await;
    world.job().await;
    let mut claims = world.claim().await;
    let (kept, dropped) = (claims.remove(0), claims.remove(0));
    world.pass(LEASE - SECOND);
    world.store.heartbeat(&[kept.held], LEASE).await.unwrap();
    world.pass(2 * SECOND);
    let claims = world.claim().await;
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].held.job_id, dropped.held.job_id);
}

pub(crate) async fn a_heartbeat_tells_of_a_cancel_and_of_the_deadline(world: World) {
    let claim = world.running().await;
    let held = [claim.held.clone()];
    let pulse = world.store.heartbeat(&held, 2 * HOUR).await.unwrap().remove(0);
    assert!(!pulse.is_cancel_requested && !pulse.is_overdue);
    world.store.cancel(&tenant(), &claim.held.job_id).await.unwrap();
    let pulse = world.store.heartbeat(&held, 2 * HOUR).await.unwrap().remove(0);
    assert!(pulse.is_cancel_requested && !pulse.is_overdue);
    world.pass(HOUR);
    assert!(world.store.heartbeat(&held, LEASE).await.unwrap().remove(0).is_overdue);
}

pub(crate) async fn a_crash_is_counted_and_its_attempt_is_lost(world: World) {
    let first = world.running().await;
    assert!(first.lost.is_none());
    let second = world.crash().await;
    let lost = second.lost.unwrap();
    assert_eq!((lost.number, &lost.span_id), (1, &first.span_id));
    assert!(lost.ended_at.since(lost.started_at) >= LEASE);
    let attempts = world.store.attempts(&first.held.job_id).await.unwrap();
    assert_eq!(attempts[0].outcome.as_deref(), Some("lost"));
    assert!(attempts[1].ended_at.is_none());
    assert_eq!(world.kinds(&first.held.job_id).await, ["accepted", "started", "started"]);
}

pub(crate) async fn a_job_handed_back_is_due_at_once_and_no_crash(world: World) {
    let mut claim = world.running().await;
    for _ in 0..=MAX_CRASHES {
        let ended = world.store.hand_back(&claim.held).await.unwrap();
        assert_eq!(ended.number, claim.attempt);
        world.store.hand_back(&claim.held).await.unwrap_err();
        claim = world.claim().await.pop().unwrap();
        assert!(claim.lost.is_none());
    }
    assert!(world.store.doomed(MAX_CRASHES, 10).await.unwrap().is_empty());
}

pub(crate) async fn poison_is_not_claimed_for_ever(world: World) {
    world.running().await;
    for _ in 0..MAX_CRASHES {
        world.crash().await;
    }
    world.pass(LEASE + SECOND);
    assert!(world.claim().await.is_empty());
}
