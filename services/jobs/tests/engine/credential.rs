//! Credentials that jobs bring for their own callbacks.

use std::fs;

use chassis::failure::{Failure, Kind};
use jobs::delivery::{Filter, State};
use jobs::{Callback, Credential, Error, Submission};

use crate::receiver::{Receiver, Reply};
use crate::world::{Place, SECRET, World, submission, tenant};

const KEY: (&str, &str) = ("secrets.key", "the first of several long keys");
const BASIC: &str = "Basic bWU6Y2FuYXJ5";

fn basic(pass: &str) -> Credential {
    Credential::Basic { user: "me".to_owned(), pass: pass.to_owned().into() }
}

fn header(name: &str, value: &str) -> Credential {
    Credential::Header { name: name.to_owned(), value: value.to_owned().into() }
}

fn told(url: String, auth: Credential) -> Submission {
    Submission { callback: Some(Callback { url, auth: Some(auth) }), ..submission() }
}

async fn attempts(world: &World, job: &str) -> Vec<jobs::delivery::Attempt> {
    let filter = Filter { job_id: Some(job.to_owned()), state: None };
    let mut found = world.jobs().deliveries(&tenant(), &filter, 0, "").await.unwrap().items;
    found.pop().map(|delivery| delivery.attempts).unwrap_or_default()
}

pub(crate) async fn a_callback_is_told_with_its_own_credential(place: Place) {
    let settings = [
        KEY,
        ("webhook.basic.user", "operator"),
        ("webhook.basic.pass", "secret"),
        ("webhook.headers", "{\"x-team\":\"blue\"}"),
    ];
    let world = World::with(place, &settings).await;
    let other = Receiver::start().await;
    let jobs = [
        world.send(told(other.url("/basic"), basic("canary"))).await.job,
        world.send(told(other.url("/header"), header("X-Api-Key", "a canary"))).await.job,
        world.send(told(world.receiver.url("/mine"), header("x-key", "k"))).await.job,
        world.submit().await,
    ];
    for job in &jobs {
        assert_eq!(world.settled(&job.id).await.deliveries[0].state, State::Delivered);
    }
    let got = &other.got("/basic")[0];
    got.verify(SECRET);
    assert_eq!((got.header("authorization"), got.header("x-team")), (BASIC, ""));
    let got = &other.got("/header")[0];
    assert_eq!((got.header("authorization"), got.header("x-api-key")), ("", "a canary"));
    let got = &world.receiver.got("/mine")[0];
    let own = (got.header("authorization"), got.header("x-team"), got.header("x-key"));
    assert_eq!(own, ("", "", "k"), "in place of what is configured for the origin");
    let got = &world.receiver.got("/hook")[0];
    assert_eq!((got.header("x-team"), got.header("x-key")), ("blue", ""));
}

pub(crate) async fn a_credential_is_in_no_answer_and_no_row(place: Place) {
    let mut world = World::with(place, &[KEY]).await;
    let submitted = told(world.receiver.url("/x"), basic("canary"));
    let mut seen = format!("{submitted:?}");
    let job = world.send(Submission { key: Some("k".to_owned()), ..submitted }).await.job;
    let job = world.settled(&job.id).await;
    let timeline = world.jobs().timeline(&tenant(), &job.id).await.unwrap();
    let events = world.events(&job.id).await;
    let got = world.receiver.got("/x").remove(0);
    seen += &format!("{job:?} {:?} {events:?} {}", timeline.entries, got.json());
    seen += &format!("{:?}", attempts(&world, &job.id).await);
    assert!(!seen.contains("canary") && !seen.contains("Y2FuYXJ5"), "{seen}");
    world.stop().await;
    for file in fs::read_dir(world.state()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"canary"));
    }
}

pub(crate) async fn a_credential_is_a_part_of_the_request(place: Place) {
    let mut world = World::with(place, &[KEY]).await;
    let url = world.receiver.url("/x");
    let key = Some("order-7".to_owned());
    let send = |auth| Submission { key: key.clone(), ..told(url.clone(), auth) };
    let first = world.send(send(basic("canary"))).await;
    assert_eq!(world.send(send(basic("canary"))).await.job.id, first.job.id);
    for other in [basic("another"), header("authorization", BASIC)] {
        let other = world.jobs().submit(send(other)).await;
        assert!(matches!(other, Err(Error::KeyReused)));
    }
    let callback = Some(Callback { url: url.clone(), auth: None });
    let none = Submission { key: key.clone(), callback, ..submission() };
    assert!(matches!(world.jobs().submit(none).await, Err(Error::KeyReused)));
    world.stop().await;
    world.set("secrets.key", "the second of several long keys");
    world.set("secrets.old_keys", KEY.1);
    world.run().await;
    assert!(world.send(send(basic("canary"))).await.is_replayed, "also by another key");
}

pub(crate) async fn a_replay_carries_the_credential(place: Place) {
    let world = World::with(place, &[KEY]).await;
    world.receiver.on("/x", [Reply::Status(401)]);
    let job = world.send(told(world.receiver.url("/x"), basic("canary"))).await.job;
    let job = world.settled(&job.id).await;
    assert_eq!(job.deliveries[0].state, State::Dead);
    world.jobs().replay(&tenant(), &job.deliveries[0].id).await.unwrap();
    assert_eq!(world.settled(&job.id).await.deliveries[0].state, State::Delivered);
    let got = world.receiver.got("/x");
    assert_eq!((got[0].header("authorization"), got[1].header("authorization")), (BASIC, BASIC));
}

pub(crate) async fn a_delivery_without_its_key_waits_for_it(place: Place) {
    let mut world = World::with(place, &[KEY]).await;
    world.receiver.on("/x", [Reply::Later(503, "1")]);
    let job = world.send(told(world.receiver.url("/x"), basic("canary"))).await.job;
    world.receiver.waits_for("/x", 1).await;
    world.stop().await;
    world.set("secrets.key", "a key that is quite another one");
    world.run().await;
    world.until(&job.id, |job| job.deliveries.first().is_some_and(|one| one.attempts > 1)).await;
    let is_told = |error: &Option<String>| {
        error.as_ref().is_some_and(|error| error.contains("cannot be decrypted"))
    };
    while !attempts(&world, &job.id).await.iter().any(|attempt| is_told(&attempt.error)) {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.get(&job.id).await.deliveries[0].state, State::Pending);
    assert_eq!(world.receiver.got("/x").len(), 1, "nobody is told without it");
    world.stop().await;
    world.set("secrets.old_keys", KEY.1);
    world.run().await;
    assert_eq!(world.settled(&job.id).await.deliveries[0].state, State::Delivered);
    assert_eq!(world.receiver.got("/x")[1].header("authorization"), BASIC);
}

pub(crate) async fn a_key_is_generated_beside_the_embedded_store_only(place: Place) {
    let mut world = World::start(place).await;
    let submitted = told(world.receiver.url("/x"), basic("canary"));
    if place == Place::Postgres {
        let refused = world.jobs().submit(submitted).await.unwrap_err();
        assert_eq!((refused.kind(), refused.reason()), (Kind::Conflict, "NO_SECRETS_KEY"));
        assert_eq!(refused.violations()[0].path, "callback.auth");
        assert!(refused.to_string().contains("set secrets.key"));
        world.submit().await;
        return;
    }
    let path = world.state().join("secrets.key");
    #[cfg(unix)]
    {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    let key = fs::read_to_string(&path).unwrap();
    world.receiver.on("/x", [Reply::Later(503, "1")]);
    let job = world.send(submitted).await.job;
    world.receiver.waits_for("/x", 1).await;
    world.stop().await;
    world.run().await;
    assert_eq!(world.settled(&job.id).await.deliveries[0].state, State::Delivered);
    assert_eq!(world.receiver.got("/x")[1].header("authorization"), BASIC);
    assert_eq!(fs::read_to_string(&path).unwrap(), key);
}

pub(crate) async fn credentials_that_cannot_be_sent_are_refused_by_name(place: Place) {
    let world = World::with(place, &[KEY]).await;
    for (auth, path) in [
        (header("webhook-signature", "v1,forged"), "callback.auth.header.name"),
        (header("x-key", "a\r\nx-evil: 1"), "callback.auth.header.value"),
        (basic(""), "callback.auth.basic.pass"),
    ] {
        let refused = world.jobs().submit(told(world.receiver.url("/x"), auth)).await.unwrap_err();
        assert_eq!((refused.kind(), refused.reason()), (Kind::Invalid, "INVALID_CALLBACK_AUTH"));
        assert_eq!(refused.violations()[0].path, path);
    }
}
