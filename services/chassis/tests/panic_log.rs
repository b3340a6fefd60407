//! What a log says of a panic; alone in its process, since a log is the process's.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::convert::Infallible;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use chassis::panic::ServerPanic;
use http::{Request, Response};
use tonic::body::Body;
use tower::{Layer, ServiceExt, service_fn};

const PANIC_TEXT: &str = "the prompt of a customer";

#[tokio::test]
async fn panic_is_logged_once_by_its_place() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).init();
    let service = service_fn(|_: Request<Body>| async {
        if true {
            panic!("{PANIC_TEXT}")
        }
        Ok::<_, Infallible>(Response::new(Body::empty()))
    });
    let request = Request::get("/package.Service/Method").body(Body::empty()).unwrap();
    ServerPanic.layer(service).oneshot(request).await.unwrap();
    let text = log.text();
    assert_eq!(text.matches("a request panicked").count(), 1, "{text}");
    assert!(text.contains("panic_log.rs:") && text.contains("/package.Service/Method"), "{text}");
    assert!(!text.contains(PANIC_TEXT), "{text}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
