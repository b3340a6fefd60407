use std::collections::HashSet;
use std::time::Duration;

use jobs::job::State;

use crate::flow;
use crate::puppet::Act;
use crate::receiver::Reply;
use crate::world::{Place, SECRET, World, tenant};

pub(crate) async fn a_killed_job_goes_on_at_its_checkpoint(place: Place) {
    let mut world = World::start(place).await;
    world.puppet.on("b", [Act::Hang]);
    let job = world.submit().await;
    world.puppet.was_asked("b", 1).await;
    world.kill().await;
    world.run().await;
    let job = world.settled(&job.id).await;
    assert_eq!((job.state, job.attempts), (State::Succeeded, 2));
    assert_eq!(["a", "b", "c"].map(|prompt| world.puppet.count(prompt)), [1, 2, 1]);
    assert_eq!(job.usage.input_tokens, 6, "what was paid is counted once");
    let timeline = world.jobs().timeline(&tenant(), &job.id).await.unwrap();
    let told: Vec<_> = timeline
        .entries
        .iter()
        .map(|entry| (entry.kind, entry.name.as_str(), entry.status))
        .collect();
    assert!(told.contains(&("attempt", "", "lost")), "{told:?}");
    assert!(told.contains(&("step", "b", "lost")), "{told:?}");
    assert_eq!(world.receiver.got("/hook").len(), 1);
}

pub(crate) async fn a_stopping_process_gives_its_jobs_back(place: Place) {
    let mut world = World::with(place, &[("jobs.drain", "100ms"), ("jobs.lease", "20s")]).await;
    world.puppet.on("b", [Act::Hang]);
    let job = world.submit().await;
    world.puppet.was_asked("b", 1).await;
    world.stop().await;
    world.run().await;
    // The lease alone would take longer than the test has patience.
    let job = world.end(&job.id).await;
    assert_eq!((job.state, job.attempts), (State::Succeeded, 2));
    let timeline = world.jobs().timeline(&tenant(), &job.id).await.unwrap();
    assert!(timeline.entries.iter().any(|entry| entry.detail == "handed_back"));
    assert_eq!(["a", "b", "c"].map(|prompt| world.puppet.count(prompt)), [1, 2, 1]);
}

pub(crate) async fn a_stopping_process_lets_jobs_finish(place: Place) {
    let mut world = World::start(place).await;
    let job = world.submit().await;
    world.puppet.was_asked("a", 1).await;
    world.stop().await;
    world.run().await;
    let job = world.end(&job.id).await;
    assert_eq!((job.state, job.attempts), (State::Succeeded, 1));
}

pub(crate) async fn a_job_ends_on_the_flow_that_it_began_on(place: Place) {
    let mut world = World::start(place).await;
    world.puppet.on("b", [Act::Hang]);
    let old = world.submit().await;
    world.puppet.was_asked("b", 1).await;
    world.kill().await;
    flow::write(world.flows.path(), ["x", "y", "z"]);
    world.run().await;
    let new = world.submit().await;
    assert_ne!(old.flow_version, new.flow_version);
    let (old, new) = (world.end(&old.id).await, world.end(&new.id).await);
    assert_eq!(old.result.as_deref(), Some(r#"{"letters":"ABC"}"#));
    assert_eq!(new.result.as_deref(), Some(r#"{"letters":"XYZ"}"#));
}

pub(crate) async fn a_killed_delivery_goes_out_under_its_id(place: Place) {
    let mut world = World::start(place).await;
    world.receiver.on("/hook", [Reply::Hang]);
    let job = world.submit().await;
    world.receiver.waits_for("/hook", 1).await;
    world.kill().await;
    world.run().await;
    world.settled(&job.id).await;
    let got = world.receiver.got("/hook");
    assert_eq!(got.len(), 2);
    got.iter().for_each(|got| got.verify(SECRET));
    let ids: HashSet<_> = got.iter().map(|got| got.id().to_owned()).collect();
    assert_eq!(ids.len(), 1, "one id, so that the receiver acts once");
    assert_eq!(got[0].body, got[1].body);
}

pub(crate) async fn a_cancel_is_not_lost_with_its_worker(place: Place) {
    let mut world = World::start(place).await;
    world.puppet.on("b", [Act::Hang]);
    let job = world.submit().await;
    world.puppet.was_asked("b", 1).await;
    world.kill().await;
    world.set("jobs.poll", "60s");
    world.run().await;
    // Claimed by nobody yet, or about to be: either way it ends as it was asked.
    world.jobs().cancel(&tenant(), &job.id).await.unwrap();
    world.clock.advance(Duration::from_secs(5));
    let job = world.settled(&job.id).await;
    assert_eq!(job.state, State::Cancelled);
}
