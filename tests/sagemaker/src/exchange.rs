use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::task::AbortOnDropHandle;

/// How long a call to a container may take, and how much it may answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) connect: Duration,
    pub(crate) answer: Duration,
    pub(crate) body: usize,
}

/// Why a container gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the connection was not accepted within {0:?}")]
    NotAccepted(Duration),
    #[error("no answer within {0:?}")]
    Late(Duration),
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    #[error("{0}")]
    Broken(String),
}

/// What a container answered, and how long its connection took to be accepted.
pub(crate) struct Exchanged {
    pub(crate) response: Response<Bytes>,
    pub(crate) connected: Duration,
}

/// One request on a connection of its own.
pub(crate) async fn exchange(
    port: u16,
    request: Request<Full<Bytes>>,
    bounds: Bounds,
) -> Result<Exchanged, Fault> {
    let began = Instant::now();
    let deadline = began + bounds.answer;
    let stream = connect(port, bounds.connect.min(bounds.answer)).await?;
    let connected = began.elapsed();
    let response = match timeout_at(deadline, converse(stream, request, bounds.body)).await {
        Ok(response) => response?,
        Err(_) => return Err(Fault::Late(bounds.answer)),
    };
    Ok(Exchanged { response, connected })
}

async fn connect(port: u16, limit: Duration) -> Result<TcpStream, Fault> {
    let stream = match timeout(limit, TcpStream::connect(("127.0.0.1", port))).await {
        Ok(stream) => stream.map_err(broken)?,
        Err(_) => return Err(Fault::NotAccepted(limit)),
    };
    stream.set_nodelay(true).map_err(broken)?;
    Ok(stream)
}

async fn converse(
    stream: TcpStream,
    request: Request<Full<Bytes>>,
    limit: usize,
) -> Result<Response<Bytes>, Fault> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let _driver = AbortOnDropHandle::new(tokio::spawn(connection));
    let (head, body) = sender.send_request(request).await.map_err(broken)?.into_parts();
    let body = Limited::new(body, limit).collect().await.map_err(|error| match error
        .downcast_ref::<LengthLimitError>(
    ) {
        Some(_) => Fault::TooLarge(limit),
        None => Fault::Broken(error.to_string()),
    })?;
    Ok(Response::from_parts(head, body.to_bytes()))
}

fn broken(error: impl std::error::Error) -> Fault {
    Fault::Broken(error.to_string())
}
