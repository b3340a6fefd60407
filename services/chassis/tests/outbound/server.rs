//! A server of bytes: it notes what it is sent, and answers what the test says.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chassis::task;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    heads: mpsc::Receiver<String>,
    sent: mpsc::Receiver<usize>,
}

/// What a connection is answered.
#[derive(Clone)]
pub(crate) enum Script {
    /// These bytes, for each request on the connection.
    Always(&'static str),
    /// The first of these for the first request on any connection, and so on; the last again and again.
    InTurn(Arc<Mutex<VecDeque<&'static str>>>),
    /// These bytes, and then no more of the connection.
    Half(&'static str),
    /// These bytes, and then the same piece again until nobody takes it.
    Flood(&'static str, Vec<u8>),
    /// These bytes, and then one more every few milliseconds.
    Drip(&'static str),
    /// Nothing.
    Silence,
}

/// In place of an answer in turn: the connection ends without one.
pub(crate) const CLOSED: &str = "(closed)";
/// In place of an answer in turn: none comes.
pub(crate) const SILENCE: &str = "(silence)";
pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

impl Script {
    pub(crate) fn in_turn(answers: &[&'static str]) -> Self {
        Self::InTurn(Arc::new(Mutex::new(answers.iter().copied().collect())))
    }

    /// What the next request is answered.
    fn next(&self) -> Self {
        let Self::InTurn(answers) = self else { return self.clone() };
        let mut answers = answers.lock().unwrap();
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().copied() };
        match next.unwrap() {
            CLOSED => Self::Half(""),
            SILENCE => Self::Silence,
            answer => Self::Always(answer),
        }
    }
}

impl Server {
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (heard, heads) = mpsc::channel(64);
        let (ended, sent) = mpsc::channel(64);
        task::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = Connection { stream, script: script.clone() };
                task::spawn(connection.serve(heard.clone(), ended.clone()));
            }
        });
        Self { address, heads, sent }
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// The head of the next request.
    pub(crate) async fn head(&mut self) -> String {
        timeout(PATIENCE, self.heads.recv()).await.unwrap().unwrap()
    }

    /// How many bytes went out on a connection until the other side closed it.
    pub(crate) async fn sent_until_closed(&mut self) -> usize {
        timeout(PATIENCE, self.sent.recv()).await.unwrap().unwrap()
    }

    /// Whether anybody ever asked for anything.
    pub(crate) fn was_reached(&mut self) -> bool {
        self.heads.try_recv().is_ok()
    }
}

struct Connection {
    stream: TcpStream,
    script: Script,
}

impl Connection {
    async fn serve(mut self, heard: mpsc::Sender<String>, ended: mpsc::Sender<usize>) {
        while let Some(head) = self.head().await {
            let _ = heard.send(head).await;
            let script = self.script.next();
            let sent = self.answer(&script).await;
            match script {
                Script::Always(_) => {}
                Script::Half(_) => return,
                Script::InTurn(_) | Script::Flood(..) | Script::Drip(_) | Script::Silence => {
                    let _ = ended.try_send(sent);
                }
            }
        }
    }

    async fn head(&mut self) -> Option<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.ok()?);
        }
        String::from_utf8(head).ok()
    }

    async fn answer(&mut self, script: &Script) -> usize {
        let (begin, piece, pause) = match script {
            Script::Always(answer) | Script::Half(answer) => {
                let _ = self.stream.write_all(answer.as_bytes()).await;
                return answer.len();
            }
            Script::Flood(begin, piece) => (*begin, piece.clone(), Duration::ZERO),
            Script::Drip(begin) => (*begin, b"x".to_vec(), Duration::from_millis(5)),
            Script::Silence | Script::InTurn(_) => ("", Vec::new(), Duration::from_millis(5)),
        };
        let mut sent = 0;
        let mut next = begin.as_bytes().to_vec();
        while self.is_open(pause).await && self.stream.write_all(&next).await.is_ok() {
            sent += next.len();
            next.clone_from(&piece);
        }
        sent
    }

    /// Waits for the other side to close, at most this long.
    async fn is_open(&mut self, pause: Duration) -> bool {
        let mut byte = [0];
        timeout(pause, self.stream.read(&mut byte)).await.is_err()
    }
}
