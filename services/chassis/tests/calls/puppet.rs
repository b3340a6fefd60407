use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chassis::channel::{Channel, MESSAGE_LIMIT};
use chassis::failure::{Kind, Refusal, Violation};
use chassis::{auth, deadline, trace};
use futures_util::stream::{self, Stream, StreamExt};
use proto::generation::generate_stream_response::Event;
use proto::generation::generation_service_client::GenerationServiceClient;
use proto::generation::generation_service_server::{GenerationService, GenerationServiceServer};
use proto::generation::{
    GenerateRequest, GenerateResponse, GenerateStreamRequest, GenerateStreamResponse,
};
use tokio::sync::Notify;
use tonic::{Request, Response, Status};

/// What a panic says, and nobody may hear.
pub(crate) const PANIC_TEXT: &str = "the prompt of a customer";

/// A service that does what `model` in the request says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Puppet {
    pub(crate) strings: Arc<Strings>,
    next: Option<Channel>,
}

/// What a test sees and pulls.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    pub(crate) calls: AtomicUsize,
    pub(crate) dropped: Notify,
    pub(crate) entered: Notify,
    pub(crate) release: Notify,
}

/// What a handler finds around itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) tenant: String,
    pub(crate) left_ms: Option<u64>,
    pub(crate) trace_id: Option<String>,
}

impl Puppet {
    pub(crate) fn relaying(next: Channel) -> Self {
        Self { next: Some(next), ..Self::default() }
    }

    pub(crate) fn server(self) -> GenerationServiceServer<Self> {
        GenerationServiceServer::new(self)
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT)
    }

    async fn play(&self, model: &str) -> Result<GenerateResponse, Status> {
        self.strings.calls.fetch_add(1, Ordering::SeqCst);
        let _dropped = Dropped(self.strings.clone());
        match model {
            "silent" => std::future::pending().await,
            "panic" => panic!("{PANIC_TEXT}"),
            "flood" => Ok(text("x".repeat(MESSAGE_LIMIT + 1))),
            "large" => Ok(text("x".repeat(MESSAGE_LIMIT / 2))),
            "wordy" => Err(wordy()),
            "held" => {
                self.strings.entered.notify_one();
                self.strings.release.notified().await;
                Ok(Seen::here().told())
            }
            "relay" => {
                let next = GenerationServiceClient::new(self.next.clone().unwrap());
                let mut here = Seen::here().told();
                let there = generate(next, "echo").await?;
                here.warnings = there.degraded;
                Ok(here)
            }
            _ => Ok(Seen::here().told()),
        }
    }
}

/// Calls the puppet through a generated client.
pub(crate) async fn generate(
    mut client: GenerationServiceClient<Channel>,
    model: &str,
) -> Result<GenerateResponse, Status> {
    let request = GenerateRequest { model: model.to_owned(), ..GenerateRequest::default() };
    Ok(client.generate(request).await?.into_inner())
}

struct Dropped(Arc<Strings>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

impl Seen {
    pub(crate) fn here() -> Self {
        let left = deadline::current().map(|deadline| deadline.remaining().as_millis());
        Self {
            tenant: auth::current().to_string(),
            left_ms: left.map(|left| left.try_into().unwrap()),
            trace_id: trace::current().map(|context| context.trace_id()),
        }
    }

    fn told(self) -> GenerateResponse {
        let left = self.left_ms.map(|left| left.to_string()).unwrap_or_default();
        let degraded = vec![self.tenant, left, self.trace_id.unwrap_or_default()];
        GenerateResponse { degraded, ..GenerateResponse::default() }
    }

    pub(crate) fn read(told: &[String]) -> Self {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Self {
            tenant: told[0].clone(),
            left_ms: given(&told[1]).map(|left| left.parse().unwrap()),
            trace_id: given(&told[2]),
        }
    }
}

fn text(text: String) -> GenerateResponse {
    GenerateResponse { text, ..GenerateResponse::default() }
}

/// A refusal of more fields than any client's headers can hold.
fn wordy() -> Status {
    let violation = |index| Violation {
        path: format!("input.field_{index}"),
        message: "is missing".to_owned(),
    };
    Refusal::new(Kind::Invalid, "INVALID_INPUT")
        .violations((0..5_000).map(violation).collect())
        .to_status("ä".repeat(50_000))
}

/// One delta that tells what the body's producer finds around itself.
fn delta() -> GenerateStreamResponse {
    let text = Seen::here().told().degraded.join(" ");
    GenerateStreamResponse { event: Some(Event::Delta(text)) }
}

type Deltas = Pin<Box<dyn Stream<Item = Result<GenerateStreamResponse, Status>> + Send>>;

#[tonic::async_trait]
impl GenerationService for Puppet {
    async fn generate(
        &self,
        request: Request<GenerateRequest>,
    ) -> Result<Response<GenerateResponse>, Status> {
        assert_eq!(auth::tenant(&request), auth::current());
        self.play(&request.into_inner().model).await.map(Response::new)
    }

    type GenerateStreamStream = Deltas;

    async fn generate_stream(
        &self,
        request: Request<GenerateStreamRequest>,
    ) -> Result<Response<Deltas>, Status> {
        let dropped = Dropped(self.strings.clone());
        let first = stream::once(async { Ok(delta()) });
        let rest: Deltas = match request.into_inner().model.as_str() {
            "trickle" => Box::pin(stream::once(async move {
                let _dropped = dropped;
                std::future::pending().await
            })),
            "panic" => Box::pin(stream::once(async {
                // What is ready together goes out together: the first delta must go out alone.
                tokio::task::yield_now().await;
                panic!("{PANIC_TEXT}")
            })),
            _ => Box::pin(stream::empty()),
        };
        Ok(Response::new(Box::pin(first.chain(rest))))
    }
}
