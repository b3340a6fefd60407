//! A way to a database on which connections can fall silent without being closed.

use std::net::SocketAddr;
use std::sync::Arc;

use chassis::task;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Carries bytes between clients and the database until it is frozen; later connections work again.
pub(crate) struct Proxy {
    address: SocketAddr,
    frozen: Arc<watch::Sender<u32>>,
}

impl Proxy {
    pub(crate) async fn start(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let frozen = Arc::new(watch::channel(0).0);
        let (database, freezes) = (place(url).to_owned(), Arc::clone(&frozen));
        drop(task::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(&database).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                drop(task::spawn(carry(from_client, to_server, freezes.subscribe())));
                drop(task::spawn(carry(from_server, to_client, freezes.subscribe())));
            }
        }));
        Self { address, frozen }
    }

    /// The same database by this way.
    pub(crate) fn url(&self, url: &str) -> String {
        url.replace(place(url), &self.address.to_string())
    }

    /// Every connection that is open now falls silent.
    pub(crate) fn freeze(&self) {
        self.frozen.send_modify(|count| *count += 1);
    }
}

/// The host and port in a URL.
fn place(url: &str) -> &str {
    let (_, rest) = url.split_once('@').unwrap();
    rest.split_once('/').unwrap().0
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut frozen: watch::Receiver<u32>) {
    let mut bytes = vec![0; 16 << 10];
    loop {
        let count = tokio::select! {
            count = from.read(&mut bytes) => count.unwrap_or(0),
            _ = frozen.changed() => return std::future::pending().await,
        };
        if count == 0 || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
