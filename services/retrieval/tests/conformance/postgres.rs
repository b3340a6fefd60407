//! A database of its own for each test, on one server for the run.

use std::path::Path;
use std::process::{Command, Stdio, id};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Makes an empty database and says where it is.
pub(crate) async fn create() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("retrieval_{}_{}", id(), NEXT.fetch_add(1, Ordering::Relaxed));
    run(&format!("create database {name}")).await;
    let (server, _) = server().rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// Drops a database that [`create`] made.
pub(crate) async fn drop(url: &str) {
    let (_, name) = url.rsplit_once('/').unwrap();
    run(&format!("drop database {name} with (force)")).await;
}

/// Runs a statement on the server's own database.
pub(crate) async fn run(sql: &str) {
    let server = tokio::task::spawn_blocking(server).await.unwrap();
    run_at(server, sql).await;
}

/// Runs statements on a database.
pub(crate) async fn run_at(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[allow(clippy::disallowed_methods, reason = "a test has no configuration")]
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| std::env::var("THROUGHLINE_TEST_POSTGRES").unwrap_or_else(|_| start()))
}

/// The server ends by itself when this process has.
fn start() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/tools/postgres.sh");
    let folder = std::env::temp_dir().join(format!("throughline-retrieval-{}", id()));
    let mut start = Command::new(script);
    start.arg("start").arg(folder).arg(id().to_string());
    let output = start.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "no postgres: {}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().last().unwrap().to_owned()
}
