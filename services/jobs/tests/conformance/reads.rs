use std::time::Duration;

use chassis::auth::Tenant;
use jobs::Error;
use jobs::delivery;
use jobs::job::{Filter, State};
use jobs::store::{Answered, Fate, Gauges, Lane, NewJob};

use crate::world::{HOUR, LEASE, World, new_job, step, tenant, totals};

fn all() -> Filter {
    Filter::default()
}

pub(crate) async fn jobs_are_listed_latest_first_page_by_page(world: World) {
    let mut expected = Vec::new();
    for _ in 0..5 {
        expected.insert(0, world.job().await.id);
    }
    let mut seen: Vec<String> = Vec::new();
    loop {
        let before = seen.last().map(String::as_str);
        let page = world.store.jobs(&tenant(), &all(), before, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.iter().all(|job| job.result.is_none()));
        seen.extend(page.into_iter().map(|job| job.id));
    }
    assert_eq!(seen, expected);
}

pub(crate) async fn jobs_are_filtered_by_state_and_flow(world: World) {
    let ended = world.delivered_job().await.job;
    let queued = world.job().await;
    let state = Some(State::Succeeded);
    let found = world.store.jobs(&tenant(), &Filter { state, ..all() }, None, 9).await.unwrap();
    assert_eq!(found.iter().map(|job| &job.id).collect::<Vec<_>>(), [&ended.id]);
    assert_eq!(found[0].deliveries.len(), 1);
    let flow = Some("proposal".to_owned());
    let found = world.store.jobs(&tenant(), &Filter { flow, ..all() }, None, 9).await.unwrap();
    assert_eq!(found.iter().map(|job| &job.id).collect::<Vec<_>>(), [&queued.id, &ended.id]);
    let flow = Some("other".to_owned());
    let none = world.store.jobs(&tenant(), &Filter { flow, ..all() }, None, 9).await.unwrap();
    assert!(none.is_empty());
}

pub(crate) async fn tenants_see_only_their_own(world: World) {
    let other = Tenant::new("other").unwrap();
    let ended = world.delivered_job().await.job;
    assert!(matches!(world.store.job(&other, &ended.id).await, Err(Error::JobNotFound(_))));
    assert!(matches!(world.store.cancel(&other, &ended.id).await, Err(Error::JobNotFound(_))));
    let delivery = &ended.deliveries[0].id;
    let replay = world.store.replay(&other, delivery).await;
    assert!(matches!(replay, Err(Error::DeliveryNotFound(_))));
    assert!(world.store.jobs(&other, &all(), None, 9).await.unwrap().is_empty());
    let filter = delivery::Filter::default();
    assert!(world.store.deliveries(&other, &filter, None, 9).await.unwrap().is_empty());
}

pub(crate) async fn deliveries_are_listed_with_attempts(world: World) {
    let ended = world.delivered_job().await.job;
    world.delivered_job().await;
    let held = world.store.claim_deliveries(Lane::First, 1, &[], HOUR, |_| true).await.unwrap();
    let held = held.into_iter().next().unwrap().held;
    let broken = Answered { status: None, error: Some("cannot connect".to_owned()) };
    world.store.settle(&held, Fate::Retry(Duration::ZERO), &broken).await.unwrap();
    let again = world.outgoing(Lane::Again).await.remove(0);
    let good = Answered { status: Some(200), error: None };
    world.store.settle(&again.held, Fate::Delivered, &good).await.unwrap();
    let job_id = Some(ended.id);
    let filter = delivery::Filter { job_id, ..delivery::Filter::default() };
    let found = world.store.deliveries(&tenant(), &filter, None, 9).await.unwrap();
    let statuses: Vec<_> = found[0].attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(statuses, [None, Some(200)]);
    assert_eq!(found[0].attempts[0].error.as_deref(), Some("cannot connect"));
    assert!(found[0].attempts.iter().all(|attempt| attempt.took.is_some()));
    let before = Some(found[0].id.as_str());
    let rest = world.store.deliveries(&tenant(), &delivery::Filter::default(), before, 9).await;
    assert!(rest.unwrap().is_empty(), "the second is later");
}

pub(crate) async fn attempts_and_steps_tell_the_way(world: World) {
    let held = world.running().await.held;
    world.store.checkpoint(&held, &step("a", "1"), &totals("x")).await.unwrap();
    let held = world.crash().await.held;
    world.store.checkpoint(&held, &step("b", "1"), &totals("x")).await.unwrap();
    world.succeed(&held).await;
    let attempts = world.store.attempts(&held.job_id).await.unwrap();
    let outcomes: Vec<_> =
        attempts.iter().map(|attempt| (attempt.number, attempt.outcome.as_deref())).collect();
    assert_eq!(outcomes, [(1, Some("lost")), (2, Some("ok"))]);
    let steps = world.store.steps(&held.job_id).await.unwrap();
    let names: Vec<_> = steps.iter().map(|step| (step.attempt, step.step.as_str())).collect();
    assert_eq!(names, [(1, "a"), (2, "b")]);
    assert_eq!(steps[0].ended_at.since(steps[0].started_at), Duration::from_millis(20));
}

pub(crate) async fn old_jobs_are_forgotten_unless_a_delivery_is_owed(world: World) {
    let owed = world.delivered_job().await.job;
    let done = world.delivered_job().await.job;
    for out in world.outgoing(Lane::First).await {
        if out.job_id == done.id {
            let good = Answered { status: Some(200), error: None };
            world.store.settle(&out.held, Fate::Delivered, &good).await.unwrap();
        }
    }
    let open = world.job().await;
    assert_eq!(world.store.purge_jobs(HOUR).await.unwrap(), 0);
    world.pass(2 * HOUR);
    assert_eq!(world.store.purge_jobs(HOUR).await.unwrap(), 1);
    let left = world.store.jobs(&tenant(), &all(), None, 9).await.unwrap();
    assert_eq!(left.iter().map(|job| &job.id).collect::<Vec<_>>(), [&open.id, &owed.id]);
    assert!(world.store.events(&done.id, 0, 9).await.unwrap().is_empty());
}

pub(crate) async fn waiting_jobs_are_counted(world: World) {
    for _ in 0..3 {
        world.add(&NewJob { priority: 1, ..new_job() }).await;
    }
    world.store.claim(1, crate::world::TERMS).await.unwrap();
    assert_eq!(world.store.queued(100).await.unwrap(), 2);
    assert_eq!(world.store.queued(1).await.unwrap(), 1, "counts no further");
}

pub(crate) async fn an_operator_sees_how_the_queue_is_doing(world: World) {
    let gauges = async || {
        let Gauges { waiting, oldest, dead } = world.store.gauges().await.unwrap();
        // The waits below are of 65 seconds, and of what the test itself takes.
        (waiting, oldest.as_secs() / 65, dead)
    };
    assert_eq!(gauges().await, (0, 0, 0));
    let later = world.clock.now().plus(HOUR);
    world.add(&NewJob { run_at: Some(later), deadline: 3 * HOUR, ..new_job() }).await;
    assert_eq!(gauges().await, (0, 0, 0), "what begins later does not wait yet");
    let held = world.running().await.held;
    assert_eq!(gauges().await, (0, 0, 0), "what runs does not wait");
    let other = Tenant::new("other").unwrap();
    world.add(&NewJob { tenant: other, ..new_job() }).await;
    world.pass(LEASE + Duration::from_secs(60));
    assert_eq!(gauges().await, (2, 1, 0), "nor does what runs without its worker run");
    world.succeed(&held).await;
    let out = world.outgoing(Lane::First).await.remove(0);
    let refused = Answered { status: Some(410), error: Some("http 410".to_owned()) };
    world.store.settle(&out.held, Fate::Dead, &refused).await.unwrap();
    assert_eq!(gauges().await, (1, 1, 1));
    world.store.replay(&tenant(), &out.held.id).await.unwrap();
    assert_eq!(gauges().await.2, 0);
}
