use std::time::Duration;

use chassis::auth::Tenant;
use chassis::failure::Failure;
use futures_util::future::join_all;
use jobs::Error;
use jobs::job::State;
use jobs::store::{Accepted, Key, NewJob};

use crate::world::{HOUR, World, key, new_job, tenant};

pub(crate) async fn an_accepted_job_is_queued(world: World) {
    let new = new_job();
    let job = world.add(&new).await;
    assert_eq!((job.id.as_str(), job.state), (new.id.as_str(), State::Queued));
    let job = world.get(&job.id).await;
    assert_eq!((job.attempts, job.flow.as_str()), (0, "proposal"));
    assert_eq!(job.correlation.as_deref(), Some(r#"{"b":1,"a":2}"#));
    assert_eq!(job.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(job.accept_span_id(), "00f067aa0ba902b7");
    assert_eq!(job.created_at.since(job.received_at), Duration::from_millis(3));
    assert_eq!(world.kinds(&job.id).await, ["accepted"]);
}

pub(crate) async fn a_job_begins_at_its_moment(world: World) {
    let run_at = Some(world.clock.now().plus(HOUR));
    let job = world.add(&NewJob { run_at, ..new_job() }).await;
    assert!(job.begins_later());
    assert!(world.claim().await.is_empty());
    world.pass(HOUR + Duration::from_secs(1));
    assert_eq!(world.claim().await[0].held.job_id, job.id);
}

pub(crate) async fn a_deadline_counts_from_the_beginning(world: World) {
    let run_at = world.clock.now().plus(HOUR);
    let job = world.add(&NewJob { run_at: Some(run_at), ..new_job() }).await;
    assert_eq!(job.deadline_at, run_at.plus(HOUR));
    let past = Some(world.clock.now());
    world.pass(HOUR);
    let job = world.add(&NewJob { run_at: past, ..new_job() }).await;
    assert_eq!(job.deadline_at.since(job.created_at), HOUR);
}

pub(crate) async fn the_same_key_and_request_is_the_same_job(world: World) {
    let first = world.add(&NewJob { key: Some(key("k", "f")), ..new_job() }).await;
    let again =
        world.store.accept(&NewJob { key: Some(key("k", "f")), ..new_job() }).await.unwrap();
    assert!(matches!(again, Accepted::Known(job) if job.id == first.id));
    let known = world.store.known(&tenant(), &key("k", "f")).await.unwrap();
    assert_eq!(known.unwrap().id, first.id);
    assert_eq!(world.claim().await.len(), 1, "one job");
}

pub(crate) async fn the_same_key_with_another_request_is_refused(world: World) {
    world.add(&NewJob { key: Some(key("k", "f")), ..new_job() }).await;
    let other = world.store.accept(&NewJob { key: Some(key("k", "g")), ..new_job() }).await;
    assert_eq!(other.unwrap_err().reason(), "KEY_REUSED");
    let known = world.store.known(&tenant(), &key("k", "g")).await;
    assert_eq!(known.unwrap_err().reason(), "KEY_REUSED");
    assert_eq!(world.claim().await.len(), 1, "one job");
}

pub(crate) async fn the_same_request_by_an_older_mark_is_the_same_job(world: World) {
    let first = world.add(&NewJob { key: Some(key("k", "f")), ..new_job() }).await;
    let rotated = Key { older: vec!["e".to_owned(), "f".to_owned()], ..key("k", "g") };
    let known = world.store.known(&tenant(), &rotated).await.unwrap();
    assert_eq!(known.unwrap().id, first.id);
    let again = world.store.accept(&NewJob { key: Some(rotated), ..new_job() }).await.unwrap();
    assert!(matches!(again, Accepted::Known(job) if job.id == first.id));
}

pub(crate) async fn keys_of_tenants_are_their_own(world: World) {
    let other = Tenant::new("other").unwrap();
    let mine = world.add(&NewJob { key: Some(key("k", "f")), ..new_job() }).await;
    let theirs = NewJob { key: Some(key("k", "g")), tenant: other.clone(), ..new_job() };
    let theirs = world.add(&theirs).await;
    assert_ne!(mine.id, theirs.id);
    let known = world.store.known(&other, &key("k", "g")).await.unwrap();
    assert_eq!(known.unwrap().id, theirs.id);
}

pub(crate) async fn a_key_is_free_again_after_its_time(world: World) {
    let first = world.add(&NewJob { key: Some(key("k", "f")), ..new_job() }).await;
    world.pass(24 * HOUR + Duration::from_secs(1));
    assert!(world.store.known(&tenant(), &key("k", "g")).await.unwrap().is_none());
    let second = world.add(&NewJob { key: Some(key("k", "g")), ..new_job() }).await;
    assert_ne!(first.id, second.id);
}

pub(crate) async fn fifty_at_once_under_one_key_are_one_job(world: World) {
    let store = &world.store;
    let accepted = join_all((0..50).map(|_| async move {
        match store.accept(&NewJob { key: Some(key("k", "f")), ..new_job() }).await.unwrap() {
            Accepted::New(job) => (1, job.id),
            Accepted::Known(job) => (0, job.id),
        }
    }));
    let accepted = accepted.await;
    assert_eq!(accepted.iter().map(|(new, _)| new).sum::<u32>(), 1);
    assert!(accepted.iter().all(|(_, id)| *id == accepted[0].1));
    assert_eq!(world.claim().await.len(), 1, "one job");
}

pub(crate) async fn two_requests_at_once_under_one_key_are_one_job_and_a_refusal(world: World) {
    let store = &world.store;
    let accepted = join_all(["f", "g"].map(|fingerprint| async move {
        store.accept(&NewJob { key: Some(key("k", fingerprint)), ..new_job() }).await
    }));
    let accepted = accepted.await;
    let refused = accepted.iter().filter(|outcome| matches!(outcome, Err(Error::KeyReused)));
    assert_eq!(refused.count(), 1);
    assert_eq!(world.claim().await.len(), 1, "one job");
}

pub(crate) async fn a_flow_is_archived_once(world: World) {
    world.job().await;
    let mut second = new_job();
    second.flow.archive = Some(b"other".as_slice().into());
    world.add(&second).await;
    assert_eq!(world.store.flow_archive("v1").await.unwrap().unwrap(), b"archive");
    assert!(world.store.flow_archive("v2").await.unwrap().is_none());
}
