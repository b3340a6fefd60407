use std::time::Duration;

use chassis::failure::{Failure, Kind};
use futures_util::future::join_all;
use jobs::job::Filter;
use jobs::{Callback, Error, Submission};

use crate::puppet::Act;
use crate::world::{Place, World, submission, tenant};

/// A submission with one mistake, and what it is refused for.
fn mistakes() -> Vec<(Submission, Kind, &'static str, &'static str)> {
    let some = |text: &str| Some(text.to_owned());
    let with_input = |input: &str| Submission { input: input.to_owned(), ..submission() };
    let callback = |url: &str| {
        let callback = Callback { url: url.to_owned(), auth: None };
        Submission { callback: Some(callback), ..submission() }
    };
    let key = |key: &str| Submission { key: some(key), ..submission() };
    let correlation = |text: &str| Submission { correlation: some(text), ..submission() };
    let deadline = |time| Submission { deadline: Some(time), ..submission() };
    vec![
        (with_input(""), Kind::Malformed, "MALFORMED_JSON", "input"),
        (with_input("{\"title\":"), Kind::Malformed, "MALFORMED_JSON", "input"),
        (with_input(&"[".repeat(10_000)), Kind::Malformed, "MALFORMED_JSON", "input"),
        (with_input("[]"), Kind::Invalid, "INVALID_INPUT", "input"),
        (with_input("{}"), Kind::Invalid, "INVALID_INPUT", "input.title"),
        (with_input(r#"{"title":7}"#), Kind::Invalid, "INVALID_INPUT", "input.title"),
        (with_input(r#"{"title":"a\u0000"}"#), Kind::Invalid, "INVALID_INPUT", "input.title"),
        (callback(""), Kind::Invalid, "INVALID_CALLBACK", "callback.url"),
        (callback("not a url"), Kind::Invalid, "INVALID_CALLBACK", "callback.url"),
        (callback("ftp://x.test/"), Kind::Invalid, "INVALID_CALLBACK", "callback.url"),
        (callback("http://u:p@x.test/"), Kind::Invalid, "INVALID_CALLBACK", "callback.url"),
        (callback("http://10.0.0.1/"), Kind::Denied, "CALLBACK_NOT_ALLOWED", "callback.url"),
        (callback("http://169.254.169.254/"), Kind::Denied, "CALLBACK_NOT_ALLOWED", "callback.url"),
        (key("with space"), Kind::Invalid, "INVALID_IDEMPOTENCY_KEY", "idempotency_key"),
        (key("ä"), Kind::Invalid, "INVALID_IDEMPOTENCY_KEY", "idempotency_key"),
        (key(&"k".repeat(256)), Kind::Invalid, "INVALID_IDEMPOTENCY_KEY", "idempotency_key"),
        (correlation("{"), Kind::Malformed, "MALFORMED_JSON", "correlation"),
        (correlation(r#""\u0000""#), Kind::Invalid, "INVALID_CORRELATION", "correlation"),
        (
            correlation(&format!("\"{}\"", "x".repeat(17_000))),
            Kind::Invalid,
            "INVALID_CORRELATION",
            "correlation",
        ),
        (deadline(Duration::from_millis(999)), Kind::Invalid, "INVALID_DEADLINE", "deadline_s"),
        (deadline(Duration::from_secs(86_401)), Kind::Invalid, "INVALID_DEADLINE", "deadline_s"),
        (
            Submission { priority: 101, ..submission() },
            Kind::Invalid,
            "INVALID_PRIORITY",
            "priority",
        ),
        (Submission { flow: some("other"), ..submission() }, Kind::NotFound, "FLOW_NOT_FOUND", ""),
    ]
}

pub(crate) async fn bad_submissions_are_refused_by_name(place: Place) {
    let world = World::start(place).await;
    for (submission, kind, reason, path) in mistakes() {
        let told = format!("{submission:.200?}");
        let error = world.jobs().submit(submission).await.unwrap_err();
        assert_eq!((error.kind(), error.reason()), (kind, reason), "{told}: {error}");
        let violations = error.violations();
        let first = violations.first().map(|violation| violation.path.as_str());
        assert_eq!(first.unwrap_or_default(), path, "{told}");
    }
    let page = world.jobs().list(&tenant(), &Filter::default(), 0, "").await.unwrap();
    assert!(page.items.is_empty(), "nothing is half-written");
}

pub(crate) async fn the_same_key_is_the_same_job(place: Place) {
    let world = World::start(place).await;
    let key = Some("order-7".to_owned());
    let first = world.send(Submission { key: key.clone(), ..submission() }).await;
    assert!(!first.is_replayed);
    world.end(&first.job.id).await;
    let input = r#" { "title" : "x" } "#.to_owned();
    let again = world.send(Submission { key: key.clone(), input, ..submission() }).await;
    assert!(again.is_replayed);
    assert_eq!(again.job.id, first.job.id);
    let deadline = Some(Duration::from_secs(5));
    let other_deadline = Submission { key: key.clone(), deadline, ..submission() };
    assert!(world.send(other_deadline).await.is_replayed, "a deadline is not what was asked for");
    let input = r#"{"title":"y"}"#.to_owned();
    let other = world.jobs().submit(Submission { key: key.clone(), input, ..submission() }).await;
    assert!(matches!(other, Err(Error::KeyReused)));
    let correlation = Some("8".to_owned());
    let other = world.jobs().submit(Submission { key, correlation, ..submission() }).await;
    assert!(matches!(other, Err(Error::KeyReused)));
}

pub(crate) async fn fifty_at_once_under_one_key_are_one_job(place: Place) {
    let world = World::start(place).await;
    let key = Some("once".to_owned());
    let all = (0..50).map(|_| world.send(Submission { key: key.clone(), ..submission() }));
    let all = join_all(all).await;
    assert_eq!(all.iter().filter(|submitted| !submitted.is_replayed).count(), 1);
    assert!(all.iter().all(|submitted| submitted.job.id == all[0].job.id));
    world.settled(&all[0].job.id).await;
    assert_eq!(world.puppet.count("a"), 1);
    assert_eq!(world.receiver.got("/hook").len(), 1);
}

pub(crate) async fn a_full_queue_refuses(place: Place) {
    let world = World::with(place, &[("jobs.max_queued", "3"), ("jobs.workers", "1")]).await;
    world.puppet.on("a", [Act::Hang]);
    world.submit().await;
    world.puppet.was_asked("a", 1).await;
    for _ in 0..3 {
        world.submit().await;
    }
    let refused = world.jobs().submit(submission()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.reason()), (Kind::Throttled, "QUEUE_FULL"));
    assert!(refused.retry_after().is_some());
}

pub(crate) async fn lists_go_page_by_page(place: Place) {
    let world = World::start(place).await;
    let mut expected = Vec::new();
    for _ in 0..5 {
        expected.insert(0, world.submit().await.id);
    }
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = world.jobs().list(&tenant(), &Filter::default(), 2, &token).await.unwrap();
        seen.extend(page.items.into_iter().map(|job| job.id));
        token = page.next;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, expected);
    for (size, token, reason) in
        [(-1, "", "INVALID_LIMIT"), (201, "", "INVALID_LIMIT"), (0, "?", "INVALID_PAGE_TOKEN")]
    {
        let refused = world.jobs().list(&tenant(), &Filter::default(), size, token).await;
        assert_eq!(refused.unwrap_err().reason(), reason);
    }
    let refused = world.jobs().get(&tenant(), "job_x").await.unwrap_err();
    assert_eq!(refused.reason(), "INVALID_ID");
}

pub(crate) async fn flows_are_told(place: Place) {
    let world = World::start(place).await;
    let names: Vec<_> = world.jobs().flows().map(|flow| flow.name.clone()).collect();
    assert_eq!(names, ["letters"]);
    assert_eq!(world.jobs().default_flow(), "letters");
    assert!(world.jobs().flow("letters").unwrap().input_schema().contains("title"));
}
