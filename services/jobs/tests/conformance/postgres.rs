//! A database of its own for each test, on one server for the run.

use std::path::Path;
use std::process::{Command, Stdio, id};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The URL of a new, empty database.
pub(crate) async fn database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = tokio::task::spawn_blocking(server).await.unwrap();
    let name = format!("jobs_{}_{}", id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(server).await.unwrap();
    let create = format!("create database {name}");
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut connection).await.unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

#[allow(clippy::disallowed_methods, reason = "a test has no configuration")]
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| std::env::var("THROUGHLINE_TEST_POSTGRES").unwrap_or_else(|_| start()))
}

/// The server ends by itself when this process has.
fn start() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/tools/postgres.sh");
    let folder = std::env::temp_dir().join(format!("throughline-jobs-{}", id()));
    let mut start = Command::new(script);
    start.arg("start").arg(folder).arg(id().to_string());
    let output = start.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "no postgres: {}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().last().unwrap().to_owned()
}
