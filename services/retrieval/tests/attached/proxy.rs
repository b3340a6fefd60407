//! Stands between the retriever and Postgres: it can be away, and it reads what goes by.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The way to a database, open or shut.
pub(crate) struct Proxy {
    address: SocketAddr,
    target: String,
    seen: Arc<Mutex<Vec<Statement>>>,
    open: Option<JoinHandle<()>>,
}

/// A statement that went by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    /// The name that it was prepared under; empty for none.
    pub(crate) name: String,
    pub(crate) sql: String,
}

impl Proxy {
    /// Keeps a place on the way to this URL, and is shut.
    pub(crate) async fn shut(url: &str) -> (Self, String) {
        let (rest, database) = url.rsplit_once('/').unwrap();
        let (user, target) = rest.rsplit_once('@').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = Self { address, target: target.to_owned(), seen: Arc::default(), open: None };
        (proxy, format!("{user}@{address}/{database}"))
    }

    /// Lets everybody through from now on.
    pub(crate) async fn open(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        let (target, seen) = (self.target.clone(), Arc::clone(&self.seen));
        self.open = Some(chassis::task::spawn(async move {
            let mut links = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                links.spawn(carry(client, target.clone(), Arc::clone(&seen)));
            }
        }));
    }

    /// Breaks every connection and lets nobody through.
    pub(crate) async fn close(&mut self) {
        let open = self.open.take().unwrap();
        open.abort();
        assert!(open.await.unwrap_err().is_cancelled());
    }

    /// What was asked so far.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        self.seen.lock().unwrap().clone()
    }
}

async fn carry(client: TcpStream, target: String, seen: Arc<Mutex<Vec<Statement>>>) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers = async move { tokio::io::copy(&mut from_server, &mut to_client).await };
    let questions = async move {
        let mut read = Vec::new();
        let mut piece = vec![0; 64 * 1024];
        loop {
            match from_client.read(&mut piece).await {
                Ok(count @ 1..) if to_server.write_all(&piece[..count]).await.is_ok() => {
                    read.extend_from_slice(&piece[..count]);
                    note(&mut read, &seen);
                }
                Ok(_) | Err(_) => return,
            }
        }
    };
    tokio::select! {
        _ = answers => {}
        () = questions => {}
    }
}

/// Takes whole messages off what was read. Those without a type open a connection.
fn note(read: &mut Vec<u8>, seen: &Mutex<Vec<Statement>>) {
    loop {
        let is_first = read.first() == Some(&0);
        let begin = if is_first { 0 } else { 1 };
        let Some(length) = read.get(begin..begin + 4) else { return };
        let end = begin + u32::from_be_bytes(length.try_into().unwrap()) as usize;
        if read.len() < end {
            return;
        }
        let message: Vec<u8> = read.drain(..end).collect();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut parts = message[begin + 4..].split(|byte| *byte == 0);
        let (first, second) = (parts.next().map(text), parts.next().map(text));
        let statement = match (is_first, message[0]) {
            (false, b'P') => Statement { name: first.unwrap(), sql: second.unwrap() },
            (false, b'Q') => Statement { name: String::new(), sql: first.unwrap() },
            _ => continue,
        };
        seen.lock().unwrap().push(statement);
    }
}
