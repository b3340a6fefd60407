use axum::Json;
use axum::response::IntoResponse;
use bytes::Bytes;
use futures_util::{StreamExt, stream as pieces};
use proto::generation::generate_stream_response::Event;
use proto::generation::{FinishReason, GenerateRequest};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::Code;

use crate::ask::{SCHEMA, message, passage, problem, stream, streamed};
use crate::fake::{self, Fake, OnDrop, broken, chunk, completion, counted, events, last, within};

#[tokio::test]
async fn pieces_come_first_and_the_whole_last() {
    let mut fake = Fake::answering(|| {
        events(vec![chunk("Billing "), chunk("in Rust [1]."), last("stop"), counted()])
    })
    .await;
    let passages = vec![passage("a", "A", "Billing is in Rust.")];
    let (deltas, done) = stream(fake.client(), GenerateRequest { passages, ..message("Hi") }).await;
    let done = done.unwrap();
    assert_eq!(deltas, ["Billing ", "in Rust [1]."]);
    assert_eq!(
        (done.text.as_str(), done.finish_reason()),
        ("Billing in Rust [1].", FinishReason::Stop)
    );
    assert_eq!(done.citations[0].document_id, "a");
    let usage = done.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.estimated), (1000, 100, false));
    assert_eq!(usage.calls[0].request_id, "req_7");
    let body = fake.next().await.body;
    assert_eq!(
        (&body["stream"], &body["stream_options"]),
        (&json!(true), &json!({ "include_usage": true }))
    );
}

#[tokio::test]
async fn a_stream_is_read_however_it_is_cut() {
    let fake = Fake::answering(|| {
        let whole = format!(
            ": waking up\r\n\r\n{}{}{}{}",
            chunk("naïve "),
            chunk("日本語"),
            last("stop"),
            counted()
        );
        let bytes = whole
            .into_bytes()
            .into_iter()
            .map(|byte| Ok::<_, std::io::Error>(Bytes::from(vec![byte])));
        fake::streamed(pieces::iter(bytes))
    });
    let (deltas, done) = stream(fake.await.client(), message("Hi")).await;
    assert_eq!(
        (deltas.concat(), done.unwrap().text),
        ("naïve 日本語".into(), "naïve 日本語".into())
    );
}

#[tokio::test]
async fn a_piece_is_told_before_the_next_is_written() {
    let (sender, receiver) = mpsc::unbounded_channel();
    let receiver = std::sync::Mutex::new(Some(receiver));
    let fake = Fake::answering(move || {
        let receiver = receiver.lock().unwrap().take().unwrap();
        fake::streamed(UnboundedReceiverStream::new(receiver).map(Ok::<Bytes, std::io::Error>))
    });
    let mut client = fake.await.client();
    sender.send(Bytes::from(chunk("one"))).unwrap();
    let mut answer =
        within(client.generate_stream(streamed(message("Hi")))).await.unwrap().into_inner();
    for next in ["two", "three"] {
        let event = within(answer.next()).await.unwrap().unwrap().event.unwrap();
        assert!(matches!(event, Event::Delta(_)));
        sender.send(Bytes::from(chunk(next))).unwrap();
    }
    sender.send(Bytes::from(format!("{}{}", last("stop"), counted()))).unwrap();
    let rest: Vec<_> = within(answer.collect()).await;
    assert!(matches!(rest.last().unwrap().as_ref().unwrap().event, Some(Event::Done(_))));
}

#[tokio::test]
async fn the_end_needs_no_mark_and_the_usage_no_count() {
    let fake = Fake::answering(|| events(vec![chunk("Hi"), last("length")])).await;
    let (_, done) = stream(fake.client(), message("Hello")).await;
    let done = done.unwrap();
    assert_eq!((done.text.as_str(), done.finish_reason()), ("Hi", FinishReason::Length));
    assert!(done.usage.unwrap().estimated);
}

#[tokio::test]
async fn a_server_that_answers_whole_is_understood() {
    let fake = Fake::answering(|| Json(completion("Hello.")).into_response()).await;
    let (deltas, done) = stream(fake.client(), message("Hi")).await;
    assert_eq!((deltas, done.unwrap().text), (vec!["Hello.".to_owned()], "Hello.".into()));
}

#[tokio::test]
async fn a_stream_that_breaks_off_ends_with_a_failure() {
    let answers = [
        ("cut connection", (|| broken(vec![chunk("Half a")])) as fn() -> _),
        ("silent end", || events(vec![chunk("Half a")])),
        ("half an event", || events(vec![chunk("Half a"), "data: {\"choi".into()])),
        ("no JSON", || events(vec![chunk("Half a"), "data: {oops\n\n".into()])),
        ("error in mid-stream", || {
            let error = json!({ "error": { "message": "you said: secret", "type": "server_error", "code": null } });
            events(vec![chunk("Half a"), format!("data: {error}\n\n")])
        }),
    ];
    for (name, answer) in answers {
        let fake = Fake::answering(answer).await;
        let (deltas, done) = stream(fake.client(), message("Hi")).await;
        let status = done.unwrap_err();
        assert_eq!(
            (deltas.concat().as_str(), status.code()),
            ("Half a", Code::Unavailable),
            "{name}: {status:?}"
        );
        assert_eq!(problem(&status).0, "provider_unavailable", "{name}");
        assert!(!status.message().contains("secret"), "{name}: {status:?}");
    }
}

#[tokio::test]
async fn a_limit_that_is_met_in_mid_stream_is_told_as_one() {
    let fake = Fake::answering(|| {
        let error = json!({ "error": { "message": "slow down", "type": "requests", "code": "rate_limit_exceeded" } });
        events(vec![format!("data: {error}\n\n")])
    });
    let (_, done) = stream(fake.await.client(), message("Hi")).await;
    assert_eq!(problem(&done.unwrap_err()).0, "provider_throttled");
}

#[tokio::test]
async fn invalid_utf8_is_no_answer() {
    let fake = Fake::answering(|| {
        let bytes = [Ok::<_, std::io::Error>(Bytes::from_static(b"data: {\"x\": \"\xff\"}\n\n"))];
        fake::streamed(pieces::iter(bytes))
    });
    let (_, done) = stream(fake.await.client(), message("Hi")).await;
    assert_eq!(problem(&done.unwrap_err()).0, "provider_unavailable");
}

#[tokio::test]
async fn a_schema_is_checked_at_the_end() {
    let fake = Fake::answering(|| {
        events(vec![chunk("{\"skills\": "), chunk("7}"), last("stop"), counted()])
    })
    .await;
    let request = GenerateRequest { schema_json: SCHEMA.into(), ..message("Hi") };
    let (deltas, done) = stream(fake.client(), request).await;
    assert_eq!(
        (deltas.len(), problem(&done.unwrap_err())),
        (2, ("schema_not_met".into(), "skills".into()))
    );
}

#[tokio::test]
async fn a_drip_is_cut_at_the_timeout() {
    let fake = Fake::answering(|| {
        let drip = pieces::iter([Ok::<_, std::io::Error>(Bytes::from(chunk("drip")))])
            .chain(pieces::pending());
        fake::streamed(drip)
    });
    let client = fake.await.client_with(&[("generation.timeout", "300ms")]);
    let (deltas, done) = stream(client, message("Hi")).await;
    let status = done.unwrap_err();
    assert_eq!(
        (deltas.concat().as_str(), problem(&status).0.as_str()),
        ("drip", "provider_unavailable"),
        "{status:?}"
    );
}

#[tokio::test]
async fn a_caller_that_goes_away_ends_the_providers_work() {
    let (gone, mut given_up) = mpsc::unbounded_channel();
    let fake = Fake::answering(move || {
        let held = OnDrop(gone.clone());
        let endless = pieces::unfold(held, |held| async {
            tokio::task::yield_now().await;
            Some((Ok::<_, std::io::Error>(Bytes::from(chunk("more "))), held))
        });
        fake::streamed(endless)
    });
    let mut client = fake.await.client();
    let mut answer =
        within(client.generate_stream(streamed(message("Hi")))).await.unwrap().into_inner();
    within(answer.next()).await.unwrap().unwrap();
    drop(answer);
    within(given_up.recv()).await.unwrap();
}
