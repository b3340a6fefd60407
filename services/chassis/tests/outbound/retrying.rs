//! What is repeated, how often, and when it is not.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chassis::deadline::{self, Deadline};
use chassis::http::{Error, Request, Retry, Retrying};
use futures_util::StreamExt;
use http::StatusCode;
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::server::{CLOSED, OK, SILENCE, Script, Server};
use crate::{get, operator};

const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nbusy";
const SPENT: &str = "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 5\r\n\r\nspent";

fn quick() -> Retry {
    let first_wait = Duration::from_millis(1);
    Retry { first_wait, longest_wait: Duration::from_secs(5), ..Retry::default() }
}

fn retrying(retry: Retry) -> Retrying {
    Retrying::new(operator(), "provider", retry)
}

async fn answering(answers: &[&'static str]) -> Server {
    Server::start(Script::in_turn(answers)).await
}

fn refusing(status: u16) -> &'static str {
    format!("HTTP/1.1 {status} No\r\ncontent-length: 2\r\n\r\nno").leak()
}

#[tokio::test]
async fn what_a_repeat_can_heal_is_repeated() {
    let statuses = [408, 425, 429, 500, 502, 503, 504, 529].map(refusing);
    for first in [&statuses[..], &[CLOSED, "nonsense\r\n\r\n"]].concat() {
        let server = answering(&[first, OK]).await;
        let answer = retrying(quick()).send(get(&server.url("/"))).await.unwrap();
        assert_eq!((answer.status, answer.attempts), (StatusCode::OK, 2), "{first:?}");
    }
}

#[tokio::test]
async fn other_answers_are_final() {
    for status in [200, 204, 302, 400, 401, 403, 404, 409, 422, 501] {
        let mut server = answering(&[refusing(status), OK]).await;
        let answer = retrying(quick()).send(get(&server.url("/"))).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.attempts), (status, 1));
        server.head().await;
        assert!(!server.was_reached());
    }
}

#[tokio::test]
async fn the_last_refusal_is_handed_on_with_its_body() {
    let server = answering(&[BUSY]).await;
    let answer = retrying(quick()).send(get(&server.url("/"))).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.attempts), (503, 3));
    assert_eq!((&answer.body[..], answer.is_cut), (&b"busy"[..], false));
}

#[tokio::test]
async fn nobody_at_home_is_tried_as_often() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = retrying(quick()).send(get(&format!("http://{closed}/"))).await.unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error}");
}

#[tokio::test]
async fn an_answer_that_began_is_not_asked_for_again() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    let mut server = Server::start(Script::Half(half)).await;
    let error = retrying(quick()).send(get(&server.url("/"))).await.unwrap_err();
    assert!(matches!(error, Error::Broken { .. }), "{error}");
    server.head().await;
    assert!(!server.was_reached());
}

#[tokio::test]
async fn the_head_of_a_stream_is_tried_for_again() {
    let server = answering(&[BUSY, OK]).await;
    let mut answer = retrying(quick()).stream(get(&server.url("/"))).await.unwrap();
    assert_eq!((answer.status, answer.attempts), (StatusCode::OK, 2));
    assert_eq!(answer.body.next().await.unwrap().unwrap(), "ok");
    assert!(answer.body.next().await.is_none());
}

#[tokio::test]
async fn the_asked_wait_is_waited() {
    let later = "HTTP/1.1 429 Later\r\nretry-after-ms: 200\r\ncontent-length: 0\r\n\r\n";
    let server = answering(&[later, OK]).await;
    let began = Instant::now();
    let answer = retrying(quick()).send(get(&server.url("/"))).await.unwrap();
    assert_eq!(answer.attempts, 2);
    assert!(began.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_wait_that_does_not_fit_is_not_begun() {
    let later = "HTTP/1.1 429 Later\r\nretry-after: 4\r\ncontent-length: 0\r\n\r\n";
    let too_late = "HTTP/1.1 429 Later\r\nretry-after: 6\r\ncontent-length: 0\r\n\r\n";
    let began = Instant::now();
    for (answer, own, callers) in [(later, 3, 30), (later, 30, 3), (too_late, 30, 30)] {
        let server = answering(&[answer, OK]).await;
        let request = Request { timeout: Duration::from_secs(own), ..get(&server.url("/")) };
        let retrying = retrying(quick());
        let call = retrying.send(request);
        let answer = deadline::scope(Deadline::after(Duration::from_secs(callers)), call).await;
        assert_eq!(answer.unwrap().attempts, 1, "{own} {callers}");
    }
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn the_callers_deadline_ends_a_silent_call() {
    let server = Server::start(Script::Silence).await;
    let retrying = retrying(quick());
    let call = retrying.send(get(&server.url("/")));
    let error = deadline::scope(Deadline::after(Duration::from_millis(200)), call).await;
    assert!(matches!(error, Err(Error::Timeout { .. })), "{error:?}");
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_makes_room_for_another() {
    let server = answering(&[SILENCE, OK]).await;
    let patience = Some(Duration::from_millis(200));
    let answer = retrying(Retry { patience, ..quick() }).send(get(&server.url("/"))).await;
    assert_eq!(answer.unwrap().attempts, 2);
}

#[tokio::test]
async fn patience_is_for_the_head_alone() {
    let begin = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
    let server = Server::start(Script::Drip(begin)).await;
    let patience = Some(Duration::from_millis(200));
    let answer = retrying(Retry { patience, ..quick() }).send(get(&server.url("/"))).await;
    assert_eq!(answer.unwrap().body.len(), 100);
}

#[tokio::test]
async fn who_says_that_a_repeat_is_of_no_use_is_believed() {
    let told = "HTTP/1.1 500 No\r\nx-should-retry: false\r\ncontent-length: 0\r\n\r\n";
    let is_spent = |body: &[u8]| body == b"spent";
    for answer in [told, SPENT] {
        let server = answering(&[answer, OK]).await;
        let call = retrying(quick()).unless(is_spent);
        let answer = call.send(get(&server.url("/"))).await.unwrap();
        assert_eq!((answer.status == StatusCode::OK, answer.attempts), (false, 1));
    }
}

#[tokio::test]
async fn an_outage_gets_a_share_more_calls_and_not_a_multiple() {
    let mut server = answering(&[BUSY]).await;
    let retrying = retrying(Retry { share: 0.2, reserve: 2, ..quick() });
    for _ in 0..20 {
        retrying.clone().send(get(&server.url("/"))).await.unwrap();
    }
    let mut requests = 0;
    while server.was_reached() {
        requests += 1;
    }
    assert!((24..=27).contains(&requests), "20 calls became {requests} requests");
}

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<BTreeMap<String, String>>>>);

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}").trim_matches('"').to_owned();
        self.0.lock().unwrap().last_mut().unwrap().insert(field.name().to_owned(), value);
    }
}

impl<S: Subscriber> Layer<S> for Told {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.0.lock().unwrap().push(BTreeMap::new());
        attributes.record(&mut self.clone());
    }

    fn on_record(&self, _: &Id, record: &Record<'_>, _: Context<'_, S>) {
        record.record(&mut self.clone());
    }
}

#[tokio::test]
async fn each_attempt_has_a_span_with_its_number() {
    let told = Told::default();
    // With a second one there, a test beside this one that has none cannot switch the span off for all.
    let _other = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(told.clone()));
    let server = answering(&[BUSY, BUSY, OK]).await;
    retrying(quick()).send(get(&server.url("/"))).await.unwrap();
    let told = told.0.lock().unwrap();
    let field = |name: &str| -> Vec<_> {
        told.iter().map(|span| span.get(name).map(String::as_str).unwrap_or_default()).collect()
    };
    assert_eq!(field("http.request.resend_count"), ["", "1", "2"]);
    assert_eq!(field("http.response.status_code"), ["503", "503", "200"]);
    assert_eq!(field("peer.service"), ["provider"; 3]);
}
