use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::watch;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::Health as HealthService;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::failure::{Kind, Refusal};

/// Which of this process's services can do their work, as `grpc.health.v1` tells it.
///
/// A service begins as not serving. The empty name is serving while every service is.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<watch::Sender<Board>>);

#[derive(Clone, Debug, Default)]
struct Board {
    is_serving: BTreeMap<String, bool>,
    is_draining: bool,
}

impl Health {
    /// Says that a service is ready.
    pub fn serving(&self, service: &str) {
        self.set(service, true);
    }

    /// Says that a service cannot do its work for now.
    pub fn not_serving(&self, service: &str) {
        self.set(service, false);
    }

    /// Says that nothing serves any more, for good, and ends every watch.
    pub fn drain(&self) {
        self.0.send_modify(|board| board.is_draining = true);
    }

    /// Whether a service serves; the empty name stands for all of them.
    pub fn is_serving(&self, service: &str) -> bool {
        self.0.borrow().is_serving(service) == Some(true)
    }

    fn set(&self, service: &str, is_serving: bool) {
        self.0.send_modify(|board| {
            board.is_serving.insert(service.to_owned(), is_serving);
        });
    }
}

impl Board {
    /// `None` for a service that is not here.
    fn is_serving(&self, service: &str) -> Option<bool> {
        let all = || self.is_serving.values().all(|is_serving| *is_serving);
        let one = self.is_serving.get(service).copied();
        let is_serving = one.or_else(|| service.is_empty().then(all))?;
        Some(is_serving && !self.is_draining)
    }

    fn status(&self, service: &str) -> ServingStatus {
        match self.is_serving(service) {
            Some(true) => ServingStatus::Serving,
            Some(false) => ServingStatus::NotServing,
            None => ServingStatus::ServiceUnknown,
        }
    }
}

/// The wire's view of [`Health`].
#[derive(Debug)]
pub(super) struct Probe(pub(super) Health);

#[tonic::async_trait]
impl HealthService for Probe {
    type WatchStream =
        std::pin::Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let service = request.into_inner().service;
        let status = self.0.0.borrow().status(&service);
        if status == ServingStatus::ServiceUnknown {
            return Err(unknown(&service));
        }
        Ok(Response::new(told(status)))
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let service = request.into_inner().service;
        let watched = Watched { service, board: self.0.0.subscribe(), told: None };
        Ok(Response::new(Box::pin(unfold(watched, Watched::next))))
    }
}

struct Watched {
    service: String,
    board: watch::Receiver<Board>,
    told: Option<ServingStatus>,
}

impl Watched {
    /// The next status that differs from the last one told; nothing after the drain.
    async fn next(mut self) -> Option<(Result<HealthCheckResponse, Status>, Self)> {
        loop {
            let (status, is_draining) = {
                let board = self.board.borrow_and_update();
                (board.status(&self.service), board.is_draining)
            };
            if self.told != Some(status) {
                self.told = Some(status);
                return Some((Ok(told(status)), self));
            }
            if is_draining {
                return None;
            }
            self.board.changed().await.ok()?;
        }
    }
}

fn told(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}

fn unknown(service: &str) -> Status {
    let service: String = service.chars().take(80).collect();
    Refusal::new(Kind::NotFound, "UNKNOWN_SERVICE")
        .to_status(format!("no service named {service:?} is here"))
}
