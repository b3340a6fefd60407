use std::collections::HashSet;
use std::time::Duration;

use jobs::delivery::{Filter, State};
use jobs::{Callback, Jobs, Submission};

use crate::receiver::{Receiver, Reply};
use crate::world::{Place, SECRET, World, submission, tenant};

fn told(url: String) -> Submission {
    Submission { callback: Some(Callback { url, auth: None }), ..submission() }
}

async fn delivery_of(jobs: &Jobs, job: &str) -> jobs::delivery::Delivery {
    let filter = Filter { job_id: Some(job.to_owned()), state: None };
    jobs.deliveries(&tenant(), &filter, 0, "").await.unwrap().items.remove(0)
}

pub(crate) async fn every_attempt_is_signed_anew(place: Place) {
    let world = World::start(place).await;
    let replies = [500, 404, 429, 302, 409].map(Reply::Status);
    world.receiver.on("/hook", replies);
    let job = world.submit().await;
    let job = world.settled(&job.id).await;
    let got = world.receiver.got("/hook");
    assert_eq!(got.len(), 6);
    got.iter().for_each(|got| got.verify(SECRET));
    assert_eq!(got.iter().map(|got| got.id()).collect::<HashSet<_>>().len(), 1);
    assert!(got.iter().all(|one| one.body == got[0].body));
    let spans: HashSet<_> = got.iter().map(|got| got.header("traceparent")).collect();
    assert_eq!(spans.len(), 6, "each attempt has a span of its own");
    assert_eq!(
        got.iter().filter(|got| got.header("traceparent")[3..35] == *job.trace_id()).count(),
        6
    );
    let delivery = delivery_of(world.jobs(), &job.id).await;
    let statuses: Vec<_> = delivery.attempts.iter().filter_map(|attempt| attempt.status).collect();
    assert_eq!(statuses, [500, 404, 429, 302, 409, 204]);
    assert_eq!(delivery.attempts[0].error.as_deref(), Some("http 500"));
    assert_eq!((delivery.state, job.deliveries[0].attempts), (State::Delivered, 6));
}

pub(crate) async fn a_given_up_delivery_is_replayed(place: Place) {
    let world = World::start(place).await;
    world.receiver.on("/hook", [Reply::Status(410)]);
    let job = world.submit().await;
    let job = world.settled(&job.id).await;
    assert_eq!(job.deliveries[0].state, State::Dead);
    let replayed = world.jobs().replay(&tenant(), &job.deliveries[0].id).await.unwrap();
    assert_eq!(replayed.state, State::Pending);
    let job = world.settled(&job.id).await;
    assert_eq!(job.deliveries[0].state, State::Delivered);
    let got = world.receiver.got("/hook");
    assert_eq!((got.len(), got[0].id()), (2, got[1].id()));
    assert_eq!(got[0].body, got[1].body);
}

pub(crate) async fn a_receiver_that_starts_up_is_tried_again(place: Place) {
    let world = World::start(place).await;
    let page = "<!-- --> n8n is starting up. Please wait";
    let replies = [
        Reply::Text(200, "text/html; charset=utf-8", "n8n is starting up. Please wait"),
        Reply::Text(404, "text/html", "<pre>Cannot POST /hook</pre>"),
        Reply::Text(503, "text/plain", "Database is not ready!"),
        Reply::Text(409, "text/plain", "The execution \"16\" is running already."),
        Reply::Text(
            409,
            "application/json",
            "{\"message\":\"The execution \\\"28 has finished already.\"}",
        ),
    ];
    world.receiver.on("/hook", replies);
    let job = world.submit().await;
    let job = world.settled(&job.id).await;
    assert_eq!((job.deliveries[0].state, job.deliveries[0].attempts), (State::Delivered, 5));
    world.receiver.on("/hook", [Reply::Text(200, "text/html", page)]);
    let job = world.submit().await;
    assert_eq!(
        world.settled(&job.id).await.deliveries[0].attempts,
        1,
        "a page that only mentions it"
    );
}

pub(crate) async fn a_dripping_receiver_is_cut_off(place: Place) {
    let world = World::with(place, &[("webhook.timeout", "300ms")]).await;
    world.receiver.on("/hook", [Reply::Drip(409, "text/plain"), Reply::Drip(200, "text/plain")]);
    let job = world.submit().await;
    let job = world.settled(&job.id).await;
    assert_eq!(world.receiver.got("/hook").len(), 2, "one attempt at a time");
    let delivery = delivery_of(world.jobs(), &job.id).await;
    let took = delivery.attempts.iter().map(|attempt| attempt.took.unwrap());
    assert!(took.max().unwrap() < Duration::from_secs(2));
    assert!(delivery.attempts[0].error.as_ref().unwrap().contains("within"), "{delivery:?}");
    assert_eq!(delivery.state, State::Delivered, "200 says it all");
}

pub(crate) async fn a_hanging_receiver_delays_nobody_else(place: Place) {
    let settings =
        [("webhook.timeout", "20s"), ("webhook.slots", "6"), ("webhook.per_origin", "2")];
    let world = World::with(place, &settings).await;
    let hanging = Receiver::start().await;
    hanging.on("/slow", vec![Reply::Hang; 100]);
    for _ in 0..30 {
        world.send(told(hanging.url("/slow"))).await;
    }
    hanging.waits_for("/slow", 2).await;
    let quick = world.submit().await;
    let quick = world.settled(&quick.id).await;
    assert_eq!(quick.deliveries[0].state, State::Delivered);
    assert_eq!(hanging.got("/slow").len(), 2, "no more than its share");
}

pub(crate) async fn a_url_is_called_byte_for_byte(place: Place) {
    let world = World::start(place).await;
    let path = "/webhook-waiting/17/a%2Fb%7e?signature=AB%2b%3D&x=%7E&&y";
    let job = world.send(told(world.receiver.url(path))).await.job;
    world.settled(&job.id).await;
    let got = world.receiver.got("/webhook-waiting/17/a%2Fb%7e");
    assert_eq!(got[0].uri, path);
    let delivery = delivery_of(world.jobs(), &job.id).await;
    assert!(!delivery.shown_url().contains("signature"));
}

pub(crate) async fn credentials_go_to_the_webhook_only(place: Place) {
    let settings = [
        ("webhook.basic.user", "me"),
        ("webhook.basic.pass", "secret"),
        ("webhook.headers", "{\"x-key\":\"k\",\"webhook-id\":\"forged\"}"),
    ];
    let world = World::with(place, &settings).await;
    let other = Receiver::start().await;
    let jobs = [
        world.submit().await,
        world.send(told(world.receiver.url("/mine"))).await.job,
        world.send(told(other.url("/theirs"))).await.job,
    ];
    for job in &jobs {
        world.settled(&job.id).await;
    }
    for got in [&world.receiver.got("/hook")[0], &world.receiver.got("/mine")[0]] {
        assert_eq!(got.header("authorization"), "Basic bWU6c2VjcmV0");
        assert_eq!(got.header("x-key"), "k");
        assert!(got.id().starts_with("dlv_"), "no header of ours is replaced");
    }
    let got = &other.got("/theirs")[0];
    got.verify(SECRET);
    assert_eq!((got.header("authorization"), got.header("x-key")), ("", ""));
}

pub(crate) async fn a_receiver_is_left_alone_as_long_as_it_asks(place: Place) {
    let world = World::start(place).await;
    world.receiver.on("/hook", [Reply::Later(503, "1")]);
    let job = world.submit().await;
    world.settled(&job.id).await;
    let got = world.receiver.got("/hook");
    assert!(got[1].at - got[0].at >= Duration::from_millis(950));
}
