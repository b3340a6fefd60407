use std::slice::from_ref;
use std::time::Duration;

use jobs::Error;
use jobs::job::{Problem, State};
use jobs::store::{Doom, Ending, NewJob, StepStatus, Totals};

use crate::world::{HOUR, LEASE, MAX_CRASHES, World, failed_step, new_job, step, tenant, totals};

const SECOND: Duration = Duration::from_secs(1);

fn failed() -> Ending {
    Ending::Failed(Problem::new("collection_not_found", "there is no such collection"))
}

async fn doomed(world: &World) -> Vec<(String, Doom)> {
    world.store.doomed(MAX_CRASHES, 10).await.unwrap()
}

pub(crate) async fn a_finish_is_terminal_and_final(world: World) {
    let held = world.running().await.held;
    world.succeed(&held).await;
    let job = world.get(&held.job_id).await;
    assert_eq!(job.state, State::Succeeded);
    assert_eq!(job.result.as_deref(), Some(r#"{"answer":42}"#));
    assert!(job.finished_at.is_some() && job.error.is_none());
    let again = world.store.finish(&held, &failed(), None, &Totals::default()).await;
    assert!(matches!(again, Err(Error::LeaseLost)));
    world.pass(2 * HOUR);
    assert!(world.claim().await.is_empty() && doomed(&world).await.is_empty());
    assert_eq!(world.get(&held.job_id).await.state, State::Succeeded);
}

pub(crate) async fn a_finish_of_a_stale_worker_is_refused(world: World) {
    let stale = world.running().await.held;
    let fresh = world.crash().await.held;
    let late = world.store.finish(&stale, &failed(), None, &Totals::default()).await;
    assert!(matches!(late, Err(Error::LeaseLost)));
    world.succeed(&fresh).await;
    assert_eq!(world.get(&fresh.job_id).await.deliveries.len(), 1);
}

pub(crate) async fn a_finish_after_the_lease_without_another_claim_counts(world: World) {
    let held = world.running().await.held;
    world.pass(2 * LEASE);
    world.succeed(&held).await;
    assert_eq!(world.get(&held.job_id).await.state, State::Succeeded);
}

pub(crate) async fn the_last_step_ends_with_the_job(world: World) {
    let held = world.running().await.held;
    let ending = Ending::Succeeded("{}".to_owned());
    let last = step("checked", "1");
    let ended = world.store.finish(&held, &ending, Some(&last), &totals("x")).await.unwrap();
    assert_eq!(ended.job.degraded, ["x"]);
    assert_eq!(ended.attempt.unwrap().number, 1);
    let kinds = world.kinds(&held.job_id).await;
    assert_eq!(kinds, ["accepted", "started", "step_finished", "succeeded"]);

    let held = world.running().await.held;
    let last = failed_step("draft");
    world.store.finish(&held, &failed(), Some(&last), &totals("x")).await.unwrap();
    let events = world.store.events(&held.job_id, 2, 10).await.unwrap();
    assert_eq!((events[0].kind.as_str(), events[0].step.as_str()), ("failed", "draft"));
    let steps = world.store.steps(&held.job_id).await.unwrap();
    assert_eq!(steps[0].status, StepStatus::Error.name());
}

pub(crate) async fn a_queued_job_is_cancelled_at_once(world: World) {
    let job = world.job().await;
    let (cancelled, ended) = world.store.cancel(&tenant(), &job.id).await.unwrap();
    assert_eq!(cancelled.state, State::Cancelled);
    assert_eq!(cancelled.error.unwrap().code, "cancelled");
    assert!(ended.unwrap().has_delivery);
    assert_eq!(world.kinds(&job.id).await, ["accepted", "cancel_requested", "cancelled"]);
    assert!(world.claim().await.is_empty());
}

pub(crate) async fn a_running_job_is_asked_to_stop(world: World) {
    let held = world.running().await.held;
    let (job, ended) = world.store.cancel(&tenant(), &held.job_id).await.unwrap();
    assert!(ended.is_none());
    assert!(job.state == State::Running && job.is_cancel_requested);
    let end = world.store.finish(&held, &Ending::Cancelled, None, &Totals::default()).await;
    assert_eq!(end.unwrap().job.state, State::Cancelled);
}

pub(crate) async fn a_cancel_comes_too_late_for_an_ended_job(world: World) {
    let held = world.running().await.held;
    world.succeed(&held).await;
    let (job, ended) = world.store.cancel(&tenant(), &held.job_id).await.unwrap();
    assert!(ended.is_none());
    assert!(job.state == State::Succeeded && !job.is_cancel_requested);
    assert!(job.result.is_some());
    let nobody = world.store.cancel(&tenant(), "job_00000000000000000000000000").await;
    assert!(matches!(nobody, Err(Error::JobNotFound(_))));
}

pub(crate) async fn a_cancel_is_one_event(world: World) {
    let held = world.running().await.held;
    for _ in 0..3 {
        world.store.cancel(&tenant(), &held.job_id).await.unwrap();
    }
    assert_eq!(world.kinds(&held.job_id).await, ["accepted", "started", "cancel_requested"]);
}

pub(crate) async fn an_asked_job_whose_worker_died_is_doomed(world: World) {
    let held = world.running().await.held;
    world.store.cancel(&tenant(), &held.job_id).await.unwrap();
    assert!(doomed(&world).await.is_empty(), "its worker may live");
    world.pass(LEASE + SECOND);
    assert!(world.claim().await.is_empty());
    assert_eq!(doomed(&world).await, [(held.job_id.clone(), Doom::Cancelled)]);
    let ended = world.store.finish_unheld(&held.job_id, &Ending::Cancelled).await.unwrap();
    assert!(ended.has_delivery && ended.attempt.is_some());
    assert_eq!(
        world.store.attempts(&held.job_id).await.unwrap()[0].outcome.as_deref(),
        Some("lost")
    );
}

pub(crate) async fn a_queued_job_expires(world: World) {
    let job = world.job().await;
    world.pass(HOUR + SECOND);
    assert!(world.claim().await.is_empty());
    assert_eq!(doomed(&world).await, [(job.id.clone(), Doom::Expired)]);
    let ended = world.store.finish_unheld(&job.id, &Ending::Expired).await.unwrap();
    assert_eq!(ended.job.state, State::Expired);
    assert_eq!(ended.job.error.unwrap().code, "deadline_exceeded");
    assert_eq!(ended.job.attempts, 0);
}

pub(crate) async fn a_running_job_expires_only_without_its_worker(world: World) {
    let claim = world.running().await;
    world.store.heartbeat(from_ref(&claim.held), 2 * HOUR).await.unwrap();
    world.pass(HOUR + SECOND);
    assert!(doomed(&world).await.is_empty());
    let early = world.store.finish_unheld(&claim.held.job_id, &Ending::Expired).await;
    assert!(matches!(early, Err(Error::LeaseLost)));
    world.pass(HOUR);
    assert_eq!(doomed(&world).await, [(claim.held.job_id, Doom::Expired)]);
}

pub(crate) async fn poison_is_doomed(world: World) {
    let held = world.running().await.held;
    for _ in 0..MAX_CRASHES {
        world.crash().await;
    }
    assert!(doomed(&world).await.is_empty());
    world.pass(LEASE + SECOND);
    assert_eq!(doomed(&world).await, [(held.job_id, Doom::Poison)]);
}

pub(crate) async fn a_doomed_job_ends_once(world: World) {
    let job = world.job().await;
    world.pass(HOUR + SECOND);
    let (store, id) = (&world.store, job.id.as_str());
    let ends = [Ending::Expired, Ending::Expired]
        .map(|ending| async move { store.finish_unheld(id, &ending).await.is_ok() });
    let ends = futures_util::future::join_all(ends).await;
    assert_eq!(ends.iter().filter(|is_ended| **is_ended).count(), 1);
    assert_eq!(world.get(id).await.deliveries.len(), 1);
    assert_eq!(world.kinds(id).await, ["accepted", "expired"]);
}

/// Whatever was done to a job, once its lease and its time have passed somebody may end it.
pub(crate) async fn every_state_has_a_way_out(world: World) {
    let run_at = Some(world.clock.now().plus(HOUR / 2));
    world.add(&NewJob { run_at, ..new_job() }).await;
    world.running().await;
    let asked = world.running().await.held;
    world.store.cancel(&tenant(), &asked.job_id).await.unwrap();
    let retried = world.running().await.held;
    let (record, problem) = (failed_step("a"), Problem::new("x", "y"));
    world.store.retry_later(&retried, &record, &problem, HOUR).await.unwrap();
    let handed = world.running().await.held;
    world.store.hand_back(&handed).await.unwrap();
    let waits = world.job().await;
    world.pass(2 * HOUR);
    let doomed = doomed(&world).await;
    assert_eq!(doomed.len(), 6, "{} and five others", waits.id);
    for (id, _) in doomed {
        world.store.finish_unheld(&id, &Ending::Expired).await.unwrap();
    }
    assert!(world.claim().await.is_empty());
}
