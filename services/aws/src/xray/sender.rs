use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_xray::Client;
use aws_sdk_xray::types::UnprocessedTraceSegment;
use futures_util::{StreamExt, stream};
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::time::sleep;

use crate::error::said;
use crate::{Error, Session};

/// How many documents a call takes.
const MOST: usize = 50;
/// How many calls are under way at once.
const CALLS: usize = 4;
const ATTEMPT: Duration = Duration::from_secs(2);
/// Shorter than what is left for the last spans when the process ends.
const OPERATION: Duration = Duration::from_secs(4);
/// How often documents that X-Ray did not process are sent once more.
const REPEATS: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_millis(100);
const ACTION: &str = "xray:PutTraceSegments";

/// Sends documents to X-Ray.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    session: Arc<Session>,
    client: Arc<OnceCell<Client>>,
}

/// What X-Ray did not get, and why.
#[derive(Debug, Default)]
pub(super) struct Lost {
    pub(super) spans: usize,
    pub(super) why: String,
}

impl Sender {
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self { session, client: Arc::default() }
    }

    /// Sends all of them, and answers what was lost on the way.
    pub(super) async fn send(&self, documents: Vec<String>) -> Lost {
        let chunks: Vec<Vec<String>> = documents.chunks(MOST).map(<[String]>::to_vec).collect();
        let calls = chunks.into_iter().map(|chunk| self.put(chunk));
        let losses: Vec<Lost> = stream::iter(calls).buffer_unordered(CALLS).collect().await;
        losses.into_iter().fold(Lost::default(), |all, one| Lost {
            spans: all.spans + one.spans,
            why: if one.why.is_empty() { all.why } else { one.why },
        })
    }

    async fn put(&self, mut documents: Vec<String>) -> Lost {
        let mut lost = Lost::default();
        for attempt in 0..=REPEATS {
            let unprocessed = match self.call(&documents).await {
                Ok(unprocessed) => unprocessed,
                Err(error) => {
                    return Lost { spans: lost.spans + documents.len(), why: error.to_string() };
                }
            };
            let (again, refused): (Vec<_>, Vec<_>) = unprocessed
                .into_iter()
                .partition(|segment| attempt < REPEATS && is_passing(segment));
            documents = named(documents, &again);
            // What is to be sent again and bears no id that we know is lost as well.
            let gone = refused.len() + again.len().saturating_sub(documents.len());
            if let Some(segment) = refused.first().or_else(|| again.first()).filter(|_| gone > 0) {
                lost = Lost { spans: lost.spans + gone, why: reason(segment) };
            }
            if documents.is_empty() {
                break;
            }
            sleep(FIRST_WAIT * 2_u32.pow(attempt)).await;
        }
        lost
    }

    async fn call(&self, documents: &[String]) -> Result<Vec<UnprocessedTraceSegment>, Error> {
        let client = self.client.get_or_try_init(|| client(&self.session)).await?;
        let call =
            client.put_trace_segments().set_trace_segment_documents(Some(documents.to_vec()));
        let answer = call.send().await.map_err(|error| Error::of(&error, "X-Ray", ACTION))?;
        Ok(answer.unprocessed_trace_segments.unwrap_or_default())
    }
}

async fn client(session: &Session) -> Result<Client, Error> {
    let config: &SdkConfig = session.config().await;
    config.region().ok_or(Error::Region)?;
    let timeouts =
        TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).operation_timeout(OPERATION);
    Ok(Client::new(&config.to_builder().timeout_config(timeouts.build()).build()))
}

/// Whether the same document may be taken later.
fn is_passing(segment: &UnprocessedTraceSegment) -> bool {
    let code = segment.error_code().unwrap_or_default();
    ["Throttl", "Internal", "Timeout", "Unavailable"].iter().any(|word| code.contains(word))
}

fn reason(segment: &UnprocessedTraceSegment) -> String {
    let code = segment.error_code().unwrap_or("no code");
    format!("X-Ray refuses them: {code}: {}", said(segment.message()))
}

/// Those of the documents that X-Ray names.
fn named(documents: Vec<String>, segments: &[UnprocessedTraceSegment]) -> Vec<String> {
    let ids: BTreeSet<&str> = segments.iter().filter_map(UnprocessedTraceSegment::id).collect();
    let is_named = |document: &String| {
        let document: Option<Value> = serde_json::from_str(document).ok();
        document.is_some_and(|document| document["id"].as_str().is_some_and(|id| ids.contains(id)))
    };
    documents.into_iter().filter(is_named).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use aws_config::{BehaviorVersion, Region};
    use aws_sdk_xray::config::{Credentials, SharedCredentialsProvider};
    use axum::extract::State;
    use axum::routing::post;
    use axum::{Json, Router};
    use serde_json::json;

    use super::*;

    /// What the server was sent, and which documents it does not process at first.
    #[derive(Clone, Default)]
    struct Desk(Arc<Mutex<Vec<Vec<String>>>>, &'static str);

    async fn put(State(desk): State<Desk>, body: String) -> Json<Value> {
        let body: Value = serde_json::from_str(&body).unwrap();
        let documents = body["TraceSegmentDocuments"].as_array().unwrap().iter();
        let parse = |text: &Value| serde_json::from_str::<Value>(text.as_str().unwrap()).unwrap();
        let ids: Vec<String> =
            documents.map(|text| parse(text)["id"].as_str().unwrap().to_owned()).collect();
        let mut calls = desk.0.lock().unwrap();
        calls.push(ids.clone());
        let unprocessed = ids.iter().filter(|id| match id.get(..4) {
            Some("busy") => calls.len() < 3,
            Some("full") => true,
            _ => id.starts_with("bad"),
        });
        let unprocessed = unprocessed.map(|id| {
            let code = if id.starts_with("bad") { "InvalidSegment" } else { desk.1 };
            let named = (!id.ends_with("nameless")).then_some(id);
            json!({ "Id": named, "ErrorCode": code, "Message": "not now" })
        });
        Json(json!({ "UnprocessedTraceSegments": unprocessed.collect::<Vec<_>>() }))
    }

    async fn sender(desk: Desk) -> Sender {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/TraceSegments", post(put)).with_state(desk);
        chassis::task::spawn(async move { axum::serve(listener, router).await.unwrap() });
        sender_to(url)
    }

    fn sender_to(url: String) -> Sender {
        let credentials = Credentials::new("id", "key", None, None, "test");
        let client = aws_smithy_http_client::Builder::new().build_http();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .endpoint_url(url)
            .http_client(client)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        Sender::new(Arc::new(Session::of(config)))
    }

    fn documents(ids: impl IntoIterator<Item = String>) -> Vec<String> {
        ids.into_iter().map(|id| json!({ "id": id }).to_string()).collect()
    }

    #[tokio::test]
    async fn fifty_go_in_one_call() {
        let desk = Desk::default();
        let sender = sender(desk.clone()).await;
        let lost = sender.send(documents((0..120).map(|id| format!("good{id}")))).await;
        assert_eq!(lost.spans, 0);
        let mut sizes: Vec<usize> = desk.0.lock().unwrap().iter().map(Vec::len).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [20, 50, 50]);
    }

    #[tokio::test]
    async fn what_may_pass_is_sent_again_and_the_rest_is_counted() {
        let desk = Desk(Arc::default(), "ThrottledException");
        let sender = sender(desk.clone()).await;
        let lost = sender.send(documents(["good", "busy", "bad"].map(str::to_owned))).await;
        assert_eq!(
            (lost.spans, lost.why.as_str()),
            (1, "X-Ray refuses them: InvalidSegment: not now")
        );
        let calls = desk.0.lock().unwrap().clone();
        assert_eq!(calls, [vec!["good", "busy", "bad"], vec!["busy"], vec!["busy"]]);
    }

    #[tokio::test]
    async fn what_never_passes_is_counted_after_a_few_calls() {
        let desk = Desk(Arc::default(), "ThrottledException");
        let sender = sender(desk.clone()).await;
        let ids = ["full", "good", "busy-nameless"].map(str::to_owned);
        let lost = sender.send(documents(ids)).await;
        assert_eq!(
            (lost.spans, lost.why.as_str()),
            (2, "X-Ray refuses them: ThrottledException: not now")
        );
        assert_eq!(desk.0.lock().unwrap().len(), 4);
    }

    #[tokio::test]
    async fn without_anybody_there_all_are_counted() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let lost = sender_to(url).send(documents((0..60).map(|id| id.to_string()))).await;
        assert_eq!(lost.spans, 60);
        assert!(lost.why.contains("X-Ray"), "{}", lost.why);
    }
}
