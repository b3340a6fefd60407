use std::time::Duration;

use chassis::failure::Kind;
use futures_util::future::join_all;
use jobs::Submission;
use jobs::job::State;

use crate::puppet::Act;
use crate::world::{Place, SECRET, World, submission, tenant};

pub(crate) async fn a_job_goes_all_the_way(place: Place) {
    let world = World::start(place).await;
    let job = world.submit().await;
    assert_eq!(job.state, State::Queued);
    let job = world.settled(&job.id).await;
    assert_eq!(job.state, State::Succeeded);
    assert_eq!(job.result.as_deref(), Some(r#"{"letters":"ABC"}"#));
    assert_eq!((job.attempts, job.usage.input_tokens), (1, 6));
    let calls: Vec<_> = job.usage.calls.iter().map(|call| call.step.as_str()).collect();
    assert_eq!(calls, ["a", "b", "c"]);

    let got = &world.receiver.got("/hook")[0];
    got.verify(SECRET);
    let body = got.json();
    assert_eq!(body["type"], "job.succeeded");
    assert_eq!(body["data"]["job_id"], job.id.as_str());
    assert_eq!(body["data"]["status"], "succeeded");
    assert_eq!(body["data"]["result"]["letters"], "ABC");
    assert_eq!(body["data"]["correlation"]["row"], 7);
    assert_eq!(got.id(), job.deliveries[0].id);
    assert_eq!(got.header("content-type"), "application/json");
    assert!(got.header("user-agent").starts_with("throughline/"));
    assert_eq!(
        world.events(&job.id).await,
        [
            "accepted",
            "started",
            "step_finished a",
            "step_finished b",
            "step_finished c",
            "succeeded"
        ]
    );
}

pub(crate) async fn a_passing_error_is_tried_again(place: Place) {
    let world = World::start(place).await;
    let away = Act::Fail(Kind::Unavailable, "AWAY");
    world.puppet.on("b", [away.clone(), Act::Fail(Kind::Throttled, "BUSY"), Act::Answer]);
    let job = world.submit().await;
    let job = world.end(&job.id).await;
    assert_eq!((job.state, job.attempts), (State::Succeeded, 3));
    assert_eq!(["a", "b", "c"].map(|prompt| world.puppet.count(prompt)), [1, 3, 1]);
    let events = world.events(&job.id).await;
    assert_eq!(events.iter().filter(|event| *event == "retrying b").count(), 2);
}

pub(crate) async fn too_many_passing_errors_fail_the_job(place: Place) {
    let world = World::with(place, &[("jobs.max_errors", "2")]).await;
    world.puppet.on("b", vec![Act::Fail(Kind::Unavailable, "AWAY"); 9]);
    let job = world.submit().await;
    let job = world.settled(&job.id).await;
    let error = job.error.unwrap();
    assert_eq!((job.state, world.puppet.count("b")), (State::Failed, 3));
    assert_eq!((error.code.as_str(), error.hop.as_str()), ("away", "generation"));
    assert!(error.retryable);
    let body = world.receiver.got("/hook")[0].json();
    assert_eq!(body["type"], "job.failed");
    assert_eq!(body["data"]["error"]["code"], "away");
}

pub(crate) async fn a_lasting_error_fails_the_job_at_once(place: Place) {
    let world = World::start(place).await;
    world.puppet.on("a", [Act::Fail(Kind::NotFound, "COLLECTION_NOT_FOUND")]);
    let job = world.submit().await;
    let job = world.end(&job.id).await;
    let error = job.error.unwrap();
    assert_eq!((job.state, job.attempts), (State::Failed, 1));
    assert_eq!((error.code.as_str(), error.retryable), ("collection_not_found", false));
    assert_eq!(world.events(&job.id).await.last().unwrap(), "failed a");
}

pub(crate) async fn a_running_job_is_cancelled(place: Place) {
    let world = World::start(place).await;
    world.puppet.on("b", [Act::Hang]);
    let job = world.submit().await;
    world.puppet.was_asked("b", 1).await;
    let asked = world.jobs().cancel(&tenant(), &job.id).await.unwrap();
    assert!(asked.is_cancel_requested);
    let job = world.settled(&job.id).await;
    assert_eq!((job.state, job.attempts), (State::Cancelled, 1));
    assert_eq!(world.receiver.got("/hook")[0].json()["type"], "job.cancelled");
    assert_eq!(world.puppet.count("c"), 0);
}

pub(crate) async fn a_job_expires_in_the_middle(place: Place) {
    let world = World::start(place).await;
    world.puppet.on("b", [Act::Hang]);
    let deadline = Some(Duration::from_secs(1));
    let job = world.send(Submission { deadline, ..submission() }).await.job;
    let job = world.settled(&job.id).await;
    assert_eq!(job.state, State::Expired);
    assert_eq!(job.error.unwrap().code, "deadline_exceeded");
    let took = job.finished_at.unwrap().since(job.created_at);
    // The call below ends a little before its caller's time does.
    assert!(took > Duration::from_millis(940) && took < Duration::from_secs(3), "{took:?}");
    assert_eq!(world.receiver.got("/hook")[0].json()["type"], "job.expired");
    assert!(world.puppet.heard().iter().all(|heard| heard.has_deadline));
}

pub(crate) async fn a_queued_job_expires(place: Place) {
    let world = World::with(place, &[("jobs.workers", "1")]).await;
    world.puppet.on("a", [Act::Hang]);
    let busy = world.submit().await;
    world.puppet.was_asked("a", 1).await;
    let deadline = Some(Duration::from_secs(1));
    let job = world.send(Submission { deadline, ..submission() }).await.job;
    let job = world.end(&job.id).await;
    assert_eq!((job.state, job.attempts), (State::Expired, 0));
    assert_eq!(world.get(&busy.id).await.state, State::Running);
}

pub(crate) async fn a_result_may_be_too_large(place: Place) {
    let world = World::with(place, &[("jobs.max_result", "1kB")]).await;
    world.puppet.on("b", [Act::AnswerLong(2000)]);
    let job = world.submit().await;
    let job = world.end(&job.id).await;
    assert_eq!(job.error.unwrap().code, "result_too_large");
}

pub(crate) async fn many_jobs_at_once_all_end(place: Place) {
    let world = World::with(place, &[("jobs.workers", "8")]).await;
    world.puppet.on("b", vec![Act::Fail(Kind::Unavailable, "AWAY"); 20]);
    let jobs = join_all((0..60).map(|_| world.submit())).await;
    for job in &jobs {
        assert_eq!(world.settled(&job.id).await.state, State::Succeeded);
    }
    let got = world.receiver.got("/hook");
    let ids: std::collections::HashSet<_> = got.iter().map(|got| got.id().to_owned()).collect();
    assert_eq!((got.len(), ids.len()), (60, 60), "each once");
}
