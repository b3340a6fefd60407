use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::ServiceExt;

use crate::world::{Placement, World};

/// The method that the puppet knows.
pub(crate) const GENERATE: &str = "/throughline.generation.v1.GenerationService/Generate";

/// An empty message, in its frame.
pub(crate) const EMPTY: &[u8] = &[0, 0, 0, 0, 0];

/// Sends bytes to the server past every layer of the client, and answers with the status.
pub(crate) async fn post(
    world: &World,
    path: &str,
    headers: &[(&'static str, &str)],
    body: &[u8],
) -> Status {
    let uri = format!("http://{}{path}", world.address);
    let mut request = Request::post(uri).header(CONTENT_TYPE, "application/grpc");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::new(Full::new(Bytes::copy_from_slice(body)))).unwrap();
    let answer = match world.placement {
        Placement::Local => world.stack.clone().oneshot(request).await.unwrap(),
        Placement::Remote => over_the_wire(world, request).await,
    };
    status(answer).await
}

async fn over_the_wire(world: &World, request: Request<Body>) -> Response<Body> {
    let stream = TcpStream::connect(world.address).await.unwrap();
    let io = TokioIo::new(stream);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    chassis::task::spawn(connection);
    sender.send_request(request).await.unwrap().map(Body::new)
}

async fn status(answer: Response<Body>) -> Status {
    let head = answer.headers().clone();
    let tail = answer.into_body().collect().await.unwrap();
    let read = |headers: &HeaderMap| Status::from_header_map(headers);
    let tail = || tail.trailers().and_then(read);
    read(&head).or_else(tail).unwrap_or_else(|| Status::new(Code::Unknown, "no status"))
}
