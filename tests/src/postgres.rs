use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A database of its own on the run's one server; it is dropped with the server.
pub async fn database() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let server = tokio::task::spawn_blocking(server).await.unwrap();
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    let name = format!("e2e_{}_{number}", std::process::id());
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

/// The server that the environment names, else one that ends with this process.
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| std::env::var("THROUGHLINE_TEST_POSTGRES").unwrap_or_else(|_| start()))
}

fn start() -> String {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tools/postgres.sh");
    let folder = std::env::temp_dir().join(format!("throughline-pg-{}", std::process::id()));
    let output = Command::new(script)
        .arg("start")
        .arg(&folder)
        .arg(std::process::id().to_string())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "tests/tools/postgres.sh start failed");
    String::from_utf8(output.stdout).unwrap().lines().last().unwrap().to_owned()
}
