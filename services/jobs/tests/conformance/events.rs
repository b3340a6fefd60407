use futures_util::future::join_all;

use crate::world::{World, step, tenant, totals};

pub(crate) async fn events_are_numbered_without_gaps(world: World) {
    let held = world.running().await.held;
    world.store.checkpoint(&held, &step("a", "1"), &totals("x")).await.unwrap();
    world.store.cancel(&tenant(), &held.job_id).await.unwrap();
    world.store.hand_back(&held).await.unwrap();
    let kinds = world.kinds(&held.job_id).await;
    assert_eq!(kinds, ["accepted", "started", "step_finished", "cancel_requested"]);
    let events = world.store.events(&held.job_id, 0, 10).await.unwrap();
    assert_eq!((events[1].attempt, events[2].step.as_str()), (1, "a"));
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
}

pub(crate) async fn events_go_on_after_a_number(world: World) {
    let held = world.running().await.held;
    world.succeed(&held).await;
    let after = world.store.events(&held.job_id, 2, 10).await.unwrap();
    assert_eq!(after.iter().map(|event| event.seq).collect::<Vec<_>>(), [3]);
    let first = world.store.events(&held.job_id, 0, 1).await.unwrap();
    assert_eq!((first.len(), first[0].seq), (1, 1));
    assert!(world.store.events("job_other", 0, 10).await.unwrap().is_empty());
}

pub(crate) async fn concurrent_writers_leave_no_gap(world: World) {
    let held = world.running().await.held;
    let (store, held) = (&world.store, &held);
    let steps = (0..10).map(|number| async move {
        store.checkpoint(held, &step(&format!("s{number}"), "1"), &totals("x")).await.unwrap();
    });
    let tenant = tenant();
    let cancel = async {
        store.cancel(&tenant, &held.job_id).await.unwrap();
    };
    futures_util::join!(join_all(steps), cancel);
    assert_eq!(world.kinds(&held.job_id).await.len(), 13);
}
