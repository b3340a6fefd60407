use std::pin::pin;

use futures_util::StreamExt;
use jobs::Error;
use jobs::job::State;

use crate::puppet::Act;
use crate::world::{Place, World, tenant};

pub(crate) async fn a_watcher_sees_every_event_and_the_end(place: Place) {
    let world = World::start(place).await;
    world.puppet.on("b", [Act::Hang]);
    let job = world.submit().await;
    let mut watcher = pin!(world.jobs().watch(&tenant(), &job.id, 0).await.unwrap());
    let mut seen = Vec::new();
    while let Some(event) = watcher.next().await {
        let event = event.unwrap();
        if event.step == "a" {
            world.jobs().cancel(&tenant(), &job.id).await.unwrap();
        }
        seen.push((event.seq, event.kind));
    }
    let kinds: Vec<_> = seen.iter().map(|(_, kind)| kind.as_str()).collect();
    let expected = ["accepted", "started", "step_finished", "cancel_requested", "cancelled"];
    assert_eq!(kinds, expected);
    assert_eq!(seen.last().unwrap().0, 5);
    assert_eq!(world.get(&job.id).await.state, State::Cancelled);
}

pub(crate) async fn a_watcher_goes_on_after_what_it_saw(place: Place) {
    let world = World::start(place).await;
    let job = world.submit().await;
    world.end(&job.id).await;
    let rest = world.jobs().watch(&tenant(), &job.id, 4).await.unwrap();
    let rest: Vec<_> = rest.map(|event| event.unwrap().kind).collect().await;
    assert_eq!(rest, ["step_finished", "succeeded"]);
    let nothing = world.jobs().watch(&tenant(), &job.id, 6).await.unwrap();
    assert_eq!(nothing.count().await, 0, "it has ended, and its end was seen");
}

pub(crate) async fn watchers_are_bounded(place: Place) {
    let world = World::with(place, &[("jobs.max_watchers", "1")]).await;
    world.puppet.on("a", [Act::Hang]);
    let job = world.submit().await;
    let watcher = world.jobs().watch(&tenant(), &job.id, 0).await.unwrap();
    let refused = world.jobs().watch(&tenant(), &job.id, 0).await.err();
    assert!(matches!(refused, Some(Error::TooManyWatchers)));
    drop(watcher);
    drop(world.jobs().watch(&tenant(), &job.id, 0).await.unwrap());
    let nobody = world.jobs().watch(&tenant(), "job_00000000000000000000000000", 0).await.err();
    assert!(matches!(nobody, Some(Error::JobNotFound(_))));
}
