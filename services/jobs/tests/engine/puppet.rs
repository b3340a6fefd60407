//! A generation service that does as it is told, prompt by prompt.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use chassis::auth::tenant;
use chassis::deadline;
use chassis::failure::{Kind, Refusal};
use futures_util::Stream;
use futures_util::future::pending;
use proto::common::{Call, Usage};
use proto::generation::generate_request::Prompt;
use proto::generation::generation_service_server::{GenerationService, GenerationServiceServer};
use proto::generation::{
    GenerateRequest, GenerateResponse, GenerateStreamRequest, GenerateStreamResponse,
};
use tokio::sync::watch;
use tonic::{Request, Response, Status};

/// What to do with one call.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Answer with the prompt in capitals.
    Answer,
    /// Answer with a text this long.
    AnswerLong(usize),
    /// Refuse.
    Fail(Kind, &'static str),
    /// Never answer.
    Hang,
}

/// A call that came in.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) prompt: String,
    pub(crate) traceparent: String,
    pub(crate) tenant: String,
    pub(crate) has_deadline: bool,
}

/// The service; clones share their script.
#[derive(Clone)]
pub(crate) struct Puppet {
    script: Arc<Mutex<HashMap<String, VecDeque<Act>>>>,
    heard: Arc<watch::Sender<Vec<Heard>>>,
}

impl Default for Puppet {
    fn default() -> Self {
        Self { script: Arc::default(), heard: Arc::new(watch::channel(Vec::new()).0) }
    }
}

impl Puppet {
    /// Acts so on the next calls with this prompt, then answers.
    pub(crate) fn on(&self, prompt: &str, acts: impl IntoIterator<Item = Act>) {
        self.script.lock().unwrap().insert(prompt.to_owned(), acts.into_iter().collect());
    }

    /// Everything that came in so far.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.borrow().clone()
    }

    /// How often this prompt came in.
    pub(crate) fn count(&self, prompt: &str) -> usize {
        self.heard.borrow().iter().filter(|heard| heard.prompt == prompt).count()
    }

    /// Waits until this prompt came in so often.
    pub(crate) async fn was_asked(&self, prompt: &str, times: usize) {
        let mut heard = self.heard.subscribe();
        let enough = |heard: &Vec<Heard>| {
            heard.iter().filter(|heard| heard.prompt == prompt).count() >= times
        };
        heard.wait_for(enough).await.unwrap();
    }

    pub(crate) fn server(&self) -> GenerationServiceServer<Self> {
        GenerationServiceServer::new(self.clone())
    }

    fn next(&self, prompt: &str) -> Act {
        let mut script = self.script.lock().unwrap();
        script.get_mut(prompt).and_then(VecDeque::pop_front).unwrap_or(Act::Answer)
    }
}

#[tonic::async_trait]
impl GenerationService for Puppet {
    async fn generate(
        &self,
        request: Request<GenerateRequest>,
    ) -> Result<Response<GenerateResponse>, Status> {
        let header = |name: &str| {
            request.metadata().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let Some(Prompt::Template(template)) = &request.get_ref().prompt else {
            return Err(Status::invalid_argument("no template"));
        };
        let prompt = template.user.trim().to_owned();
        let heard = Heard {
            prompt: prompt.clone(),
            traceparent: header("traceparent").unwrap_or_default(),
            tenant: tenant(&request).to_string(),
            has_deadline: deadline::current().is_some(),
        };
        self.heard.send_modify(|all| all.push(heard));
        let text = match self.next(&prompt) {
            Act::Answer => prompt.to_uppercase(),
            Act::AnswerLong(length) => "x".repeat(length),
            Act::Fail(kind, reason) => {
                return Err(Refusal::new(kind, reason).to_status("as I was told"));
            }
            Act::Hang => pending().await,
        };
        let call = Call { provider: "puppet".to_owned(), input_tokens: 2, ..Call::default() };
        let usage = Usage { input_tokens: 2, calls: vec![call], ..Usage::default() };
        let provider = "puppet".to_owned();
        let usage = Some(usage);
        Ok(Response::new(GenerateResponse { text, provider, usage, ..GenerateResponse::default() }))
    }

    type GenerateStreamStream =
        Pin<Box<dyn Stream<Item = Result<GenerateStreamResponse, Status>> + Send>>;

    async fn generate_stream(
        &self,
        _request: Request<GenerateStreamRequest>,
    ) -> Result<Response<Self::GenerateStreamStream>, Status> {
        Err(Status::unimplemented("flows do not stream yet"))
    }
}
