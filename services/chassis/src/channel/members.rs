use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::{Request, Response, Uri};
use tonic::Status;
use tonic::body::Body;
use tower::Service;

use crate::channel::lost::Lost;
use crate::channel::outgoing::OwnFault;
use crate::channel::peer::Peer;
use crate::channel::received::Received;

/// A connection that closed unnoticed is worth one more try.
const TRIES: usize = 2;

/// The members of a service, each asked in its turn.
///
/// A member is in, or left out for a second after nobody took a connection. Where all are left
/// out all are tried, since one of them may be back.
#[derive(Clone, Debug)]
pub(super) struct Members {
    peers: Arc<[Peer]>,
    turn: Arc<AtomicUsize>,
}

impl Members {
    pub(super) fn new(uris: Vec<Uri>) -> Self {
        let peers = uris.into_iter().map(Peer::new).collect();
        Self { peers, turn: Arc::default() }
    }

    async fn send(self, request: Request<Body>) -> Result<Response<Body>, Status> {
        let fault = OwnFault::default();
        let mut request = fault.watch(request);
        for peer in self.in_turn() {
            match ask(peer, request, &fault).await {
                Ok(answer) => return Ok(answer),
                Err(Unanswered::Unsent(back)) => request = *back,
                Err(Unanswered::Lost(lost)) => return Err(fault.status(lost)),
            }
        }
        Err(fault.status(Lost::Unreachable))
    }

    fn in_turn(&self) -> Vec<&Peer> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed) % self.peers.len();
        let (before, after) = self.peers.split_at(first);
        let turns: Vec<_> = after.iter().chain(before).collect();
        let present: Vec<_> = turns.iter().copied().filter(|peer| !peer.is_left_out()).collect();
        if present.is_empty() { turns } else { present }
    }
}

impl Service<Request<Body>> for Members {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let sent = self.clone().send(request);
        Box::pin(async move { Ok(sent.await.unwrap_or_else(Status::into_http)) })
    }
}

/// Why one member gave no answer.
enum Unanswered {
    /// The request did not leave this process, and can go elsewhere.
    Unsent(Box<Request<Body>>),
    /// The request went out, and no answer came back.
    Lost(Lost),
}

async fn ask(
    peer: &Peer,
    request: Request<Body>,
    fault: &OwnFault,
) -> Result<Response<Body>, Unanswered> {
    let mut request = addressed(request, peer.uri());
    for _ in 0..TRIES {
        let Ok(mut sender) = peer.sender().await else { break };
        match sender.try_send_request(request).await {
            Ok(answer) => return Ok(Received::answer(answer, fault.clone())),
            Err(mut error) => match error.take_message() {
                Some(unsent) => request = unsent,
                None => return Err(Unanswered::Lost(Lost::Broken)),
            },
        }
    }
    Err(Unanswered::Unsent(Box::new(request)))
}

/// The same request, for this member.
fn addressed(mut request: Request<Body>, peer: &Uri) -> Request<Body> {
    let mut parts = request.uri().clone().into_parts();
    parts.scheme = peer.scheme().cloned();
    parts.authority = peer.authority().cloned();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}
