use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use proto::generation::GenerateRequest;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::ask::{generate, message, passage, stream};
use crate::fake::{Fake, chunk, completion, counted, events, last};

/// Everything that any span or log line says.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<Line>>>);

type Line = (&'static str, BTreeMap<String, String>);

struct Fields<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl Told {
    fn chats(&self) -> Vec<BTreeMap<String, String>> {
        let told = self.0.lock().unwrap();
        told.iter().filter(|(name, _)| *name == "chat").map(|(_, fields)| fields.clone()).collect()
    }
}

impl<S: Subscriber> Layer<S> for Told {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut fields = BTreeMap::new();
        attributes.record(&mut Fields(&mut fields));
        self.0.lock().unwrap().push((attributes.metadata().name(), fields));
    }

    /// Only the one call of a test records into a `chat`, so that its id need not be known.
    fn on_record(&self, _: &Id, record: &Record<'_>, _: Context<'_, S>) {
        let mut told = self.0.lock().unwrap();
        let is_chat = |(name, _): &&mut (&str, _)| *name == "chat";
        if let Some((_, fields)) = told.iter_mut().rev().find(is_chat) {
            record.record(&mut Fields(fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        self.0.lock().unwrap().push((event.metadata().name(), fields));
    }
}

fn asked() -> GenerateRequest {
    let passages = vec![passage("a", "secret title", "secret passage")];
    GenerateRequest { passages, ..message("secret prompt") }
}

#[tokio::test]
async fn a_call_has_one_span_that_says_what_it_took_and_no_content() {
    let told = Told::default();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(told.clone()));
    let fake = Fake::answering(|| Json(completion("secret answer")).into_response()).await;
    generate(fake.client(), asked()).await.unwrap();
    let chats = told.chats();
    let wanted = [
        (generation::OPERATION, "chat"),
        (generation::PROVIDER, "openai"),
        (generation::REQUEST_MODEL, "gpt-4.1-mini"),
        (generation::RESPONSE_MODEL, "gpt-4.1-mini-2025-04-14"),
        (generation::INPUT_TOKENS, "1000"),
        (generation::OUTPUT_TOKENS, "100"),
        (generation::FINISH_REASON, "stop"),
    ];
    assert_eq!(chats.len(), 1);
    for (name, value) in wanted {
        assert_eq!(chats[0].get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!format!("{:?}", told.0.lock().unwrap()).contains("secret"));
}

#[tokio::test]
async fn a_stream_says_when_its_first_piece_came() {
    let told = Told::default();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(told.clone()));
    let fake = Fake::answering(|| events(vec![chunk("secret"), last("stop"), counted()])).await;
    stream(fake.client(), asked()).await.1.unwrap();
    let chats = told.chats();
    assert!(
        chats.len() == 1 && chats[0].contains_key(generation::TIME_TO_FIRST_TOKEN),
        "{chats:?}"
    );
    assert_eq!(chats[0][generation::OUTPUT_TOKENS], "100");
    assert!(!format!("{:?}", told.0.lock().unwrap()).contains("secret"));
}

#[tokio::test]
async fn a_failure_is_named_in_the_span() {
    let told = Told::default();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(told.clone()));
    let fake = Fake::answering(|| (StatusCode::UNAUTHORIZED, "secret").into_response()).await;
    generate(fake.client(), asked()).await.unwrap_err();
    assert_eq!(told.chats()[0][generation::ERROR_TYPE], "PROVIDER_DENIED");
    assert!(!format!("{:?}", told.0.lock().unwrap()).contains("secret"));
}
