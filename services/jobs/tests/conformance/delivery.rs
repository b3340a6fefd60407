use std::collections::HashMap;
use std::slice::from_ref;
use std::time::Duration;

use chassis::id;
use jobs::Error;
use jobs::delivery::{Filter, State};
use jobs::job::Problem;
use jobs::store::{Answered, Ending, Fate, Lane, NewJob, Totals};
use serde_json::Value;

use crate::world::{HOUR, LEASE, WEBHOOK, World, address, new_job, tenant};

const SECOND: Duration = Duration::from_secs(1);

fn answered(status: u16) -> Answered {
    Answered { status: Some(status), error: (status >= 300).then(|| format!("http {status}")) }
}

pub(crate) async fn every_end_is_delivered(world: World) {
    let failed = Ending::Failed(Problem::new("x", "y"));
    let ends = [Ending::Succeeded("1".to_owned()), failed, Ending::Cancelled, Ending::Expired];
    for ending in ends {
        let held = world.running().await.held;
        let ended = world.store.finish(&held, &ending, None, &Totals::default()).await.unwrap();
        assert!(ended.has_delivery);
        let out = world.outgoing(Lane::First).await.pop().unwrap();
        let body: Value = serde_json::from_slice(&out.body).unwrap();
        assert_eq!(body["type"], format!("job.{}", ending.state()));
    }
}

pub(crate) async fn without_webhook_and_callback_nothing_is_delivered(mut world: World) {
    world.reopen(None).await;
    let ended = world.delivered_job().await;
    assert!(!ended.has_delivery && ended.job.deliveries.is_empty());
    assert!(world.outgoing(Lane::First).await.is_empty());
}

pub(crate) async fn a_callback_goes_before_the_webhook(world: World) {
    let callback = address("http://caller.test:5678");
    world.add(&NewJob { callback: Some(callback.clone()), ..new_job() }).await;
    world.succeed(&world.claim().await[0].held).await;
    let out = world.outgoing(Lane::First).await.pop().unwrap();
    assert_eq!((out.url, out.origin), (callback.url, callback.origin));
    world.delivered_job().await;
    assert_eq!(world.outgoing(Lane::First).await[0].url, WEBHOOK);
}

pub(crate) async fn a_credential_goes_with_its_delivery_until_the_job_is_forgotten(world: World) {
    let (callback, callback_auth) = (Some(address("http://a.test")), Some(b"sealed".to_vec()));
    let job = world.add(&NewJob { callback, callback_auth, ..new_job() }).await;
    world.succeed(&world.claim().await[0].held).await;
    for _ in 0..2 {
        let out = world.outgoing(Lane::First).await.pop().unwrap();
        assert_eq!(out.callback_auth.as_deref(), Some(b"sealed".as_slice()));
        assert!(!String::from_utf8_lossy(&out.body).contains("sealed"));
        world.store.settle(&out.held, Fate::Delivered, &answered(200)).await.unwrap();
        world.store.replay(&tenant(), &out.held.id).await.unwrap();
    }
    let out = world.outgoing(Lane::First).await.pop().unwrap();
    world.store.settle(&out.held, Fate::Delivered, &answered(200)).await.unwrap();
    world.pass(2 * HOUR);
    assert_eq!(world.store.purge_jobs(HOUR).await.unwrap(), 1);
    assert!(matches!(world.store.job(&tenant(), &job.id).await, Err(Error::JobNotFound(_))));
    world.delivered_job().await;
    assert_eq!(world.outgoing(Lane::First).await[0].callback_auth, None);
}

pub(crate) async fn the_letter_tells_of_the_job(world: World) {
    let ended = world.delivered_job().await;
    let out = world.outgoing(Lane::First).await.pop().unwrap();
    assert!(id::is("dlv", &out.held.id));
    let body: Value = serde_json::from_slice(&out.body).unwrap();
    let data = &body["data"];
    assert_eq!(body["type"], "job.succeeded");
    assert_eq!(body["timestamp"], ended.job.finished_at.unwrap().to_string());
    assert_eq!(data["job_id"], ended.job.id.as_str());
    assert_eq!(data["result"]["answer"], 42);
    assert_eq!(data["correlation"]["a"], 2);
    assert_eq!(data["deliveries"][0]["delivery_id"], out.held.id.as_str());
    assert_eq!(out.traceparent, ended.job.traceparent);
    assert_eq!(out.tracestate.as_deref(), Some("vendor=1"));
}

pub(crate) async fn a_delivery_is_claimed_once(world: World) {
    for _ in 0..10 {
        world.delivered_job().await;
    }
    let (a, b) = tokio::join!(world.outgoing(Lane::First), world.outgoing(Lane::First));
    assert_eq!(a.len() + b.len(), 10);
    assert!(a.iter().all(|one| b.iter().all(|other| one.held.id != other.held.id)));
    assert!(world.outgoing(Lane::Again).await.is_empty());
}

pub(crate) async fn a_claimed_delivery_comes_back_after_its_lease(world: World) {
    world.delivered_job().await;
    let first = world.outgoing(Lane::First).await.remove(0);
    world.pass(LEASE + SECOND);
    let second = world.outgoing(Lane::First).await.remove(0);
    assert_eq!((&second.held.id, second.attempt), (&first.held.id, 2));
    assert_eq!(second.lost.unwrap().span_id, first.span_id);
    assert_eq!(second.body, first.body);
}

pub(crate) async fn a_heartbeat_keeps_a_delivery(world: World) {
    world.delivered_job().await;
    let held = world.outgoing(Lane::First).await.remove(0).held;
    world.pass(LEASE - SECOND);
    let kept = world.store.heartbeat_deliveries(from_ref(&held), LEASE).await.unwrap();
    assert_eq!(kept, from_ref(&held.id));
    world.pass(LEASE - SECOND);
    assert!(world.outgoing(Lane::First).await.is_empty());
    world.store.settle(&held, Fate::Delivered, &answered(200)).await.unwrap();
    assert!(world.store.heartbeat_deliveries(&[held], LEASE).await.unwrap().is_empty());
}

pub(crate) async fn a_delivered_one_is_settled(world: World) {
    let ended = world.delivered_job().await;
    let held = world.outgoing(Lane::First).await.remove(0).held;
    world.store.settle(&held, Fate::Delivered, &answered(204)).await.unwrap();
    world.pass(HOUR);
    assert!(world.outgoing(Lane::First).await.is_empty());
    assert!(world.outgoing(Lane::Again).await.is_empty());
    let short = &world.get(&ended.job.id).await.deliveries[0];
    assert_eq!((short.state, short.attempts), (State::Delivered, 1));
}

pub(crate) async fn a_retry_is_due_after_its_time_in_its_own_lane(world: World) {
    world.delivered_job().await;
    let held = world.outgoing(Lane::First).await.remove(0).held;
    world.store.settle(&held, Fate::Retry(10 * SECOND), &answered(503)).await.unwrap();
    assert!(world.outgoing(Lane::Again).await.is_empty());
    world.pass(10 * SECOND);
    assert!(world.outgoing(Lane::First).await.is_empty());
    let again = world.outgoing(Lane::Again).await.remove(0);
    assert_eq!((again.attempt, again.failures), (2, 1));
    assert!(again.age >= 10 * SECOND);
}

pub(crate) async fn a_dead_one_stays_until_it_is_replayed(world: World) {
    world.delivered_job().await;
    let held = world.outgoing(Lane::First).await.remove(0).held;
    world.store.settle(&held, Fate::Dead, &answered(410)).await.unwrap();
    world.pass(HOUR);
    assert!(world.outgoing(Lane::Again).await.is_empty());
    let filter = Filter { state: Some(State::Dead), ..Filter::default() };
    let dead = world.store.deliveries(&tenant(), &filter, None, 10).await.unwrap();
    assert!(dead[0].next_at.is_none());
    assert_eq!(dead[0].attempts[0].status, Some(410));
    let replayed = world.store.replay(&tenant(), &held.id).await.unwrap();
    assert_eq!(replayed.state, State::Pending);
    let again = world.outgoing(Lane::First).await.remove(0);
    assert_eq!((again.failures, again.attempt), (0, 2));
    assert!(again.age < SECOND, "its schedule begins anew");
}

pub(crate) async fn a_replay_keeps_id_and_body(world: World) {
    world.delivered_job().await;
    let first = world.outgoing(Lane::First).await.remove(0);
    world.store.settle(&first.held, Fate::Delivered, &answered(200)).await.unwrap();
    world.store.replay(&tenant(), &first.held.id).await.unwrap();
    let second = world.outgoing(Lane::First).await.remove(0);
    assert_eq!((&second.held.id, &second.body), (&first.held.id, &first.body));
    let nobody = world.store.replay(&tenant(), "dlv_00000000000000000000000000").await;
    assert!(matches!(nobody, Err(Error::DeliveryNotFound(_))));
}

pub(crate) async fn a_replay_of_a_pending_one_is_due_now(world: World) {
    world.delivered_job().await;
    let held = world.outgoing(Lane::First).await.remove(0).held;
    world.store.settle(&held, Fate::Retry(HOUR), &answered(503)).await.unwrap();
    world.store.replay(&tenant(), &held.id).await.unwrap();
    assert_eq!(world.outgoing(Lane::Again).await[0].failures, 1, "its schedule goes on");
}

pub(crate) async fn a_stale_sender_settles_nothing(world: World) {
    world.delivered_job().await;
    let stale = world.outgoing(Lane::First).await.remove(0).held;
    world.pass(LEASE + SECOND);
    let fresh = world.outgoing(Lane::First).await.remove(0).held;
    let late = world.store.settle(&stale, Fate::Dead, &answered(400)).await;
    assert!(matches!(late, Err(Error::LeaseLost)));
    world.store.settle(&fresh, Fate::Delivered, &answered(200)).await.unwrap();
}

pub(crate) async fn a_full_origin_stands_in_nobodys_way(world: World) {
    for origin in ["http://slow.test"; 20].into_iter().chain(["http://quick.test"]) {
        world.add(&NewJob { callback: Some(address(origin)), ..new_job() }).await;
    }
    for claim in world.claim().await {
        world.succeed(&claim.held).await;
    }
    let full = ["http://slow.test".to_owned()];
    assert_eq!(world.store.due_lanes(&full).await.unwrap(), [Lane::First]);
    let out = world.store.claim_deliveries(Lane::First, 4, &full, LEASE, |_| true).await.unwrap();
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].origin, "http://quick.test");
}

pub(crate) async fn no_origin_gets_more_than_it_has_room_for(world: World) {
    for origin in ["http://a.test", "http://b.test"].repeat(6) {
        world.add(&NewJob { callback: Some(address(origin)), ..new_job() }).await;
    }
    for claim in world.claim().await {
        world.succeed(&claim.held).await;
    }
    let mut taken: HashMap<String, u32> = HashMap::new();
    let has_room = |origin: &str| {
        let count = taken.entry(origin.to_owned()).or_default();
        *count += 1;
        *count <= 2
    };
    let out = world.store.claim_deliveries(Lane::First, 100, &[], LEASE, has_room).await.unwrap();
    assert_eq!(out.iter().filter(|one| one.origin == "http://a.test").count(), 2);
    assert_eq!(out.iter().filter(|one| one.origin == "http://b.test").count(), 2);
    assert_eq!(world.outgoing(Lane::First).await.len(), 8, "the others wait");
}
