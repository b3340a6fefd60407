use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::post;
use serde_json::{Value, json};
use sqlx::Connection;
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use crate::measure::{cpu, memory};

const JOBS: usize = 2_000;
const WARM: usize = 200;
const AT_ONCE: usize = 16;

/// What one program needed for the same jobs on the same store.
struct Figures {
    cpu_ms: f64,
    jobs_per_s: f64,
    commits: Option<f64>,
    idle_mib: f64,
    loaded_mib: f64,
    start_ms: f64,
}

struct Program {
    child: Child,
    url: String,
    start: Duration,
}

/// Prints what a job costs the suite and the floor, on both stores.
pub(crate) async fn run() {
    for store in ["sqlite", "postgres"] {
        println!("\njob on {store}: {JOBS} jobs, {AT_ONCE} at once, webhook on loopback, no model");
        println!(
            "                 cpu ms/job   jobs/s   commits/job   idle MiB   loaded MiB   start ms"
        );
        let floor = measured(store, false).await;
        floor.print("floor");
        let suite = measured(store, true).await;
        suite.print("suite");
        suite.against(&floor);
    }
}

async fn measured(store: &str, is_suite: bool) -> Figures {
    let folder = tempfile::tempdir().unwrap();
    let database = match store {
        "sqlite" => format!("sqlite:{}", folder.path().display()),
        _ => e2e::database().await,
    };
    let (webhook, acknowledged) = webhook().await;
    let mut program = if is_suite { suite(&database).await } else { floor(&database).await };
    let pid = program.child.id().unwrap();
    let idle_mib = memory(pid);
    jobs(&program.url, &webhook, WARM).await;
    acknowledged.acquire_many(WARM as u32).await.unwrap().forget();
    let commits = commits(&database).await;
    let before = cpu(pid);
    let began = Instant::now();
    jobs(&program.url, &webhook, JOBS).await;
    acknowledged.acquire_many(JOBS as u32).await.unwrap().forget();
    let took = began.elapsed();
    let figures = Figures {
        cpu_ms: (cpu(pid) - before).as_secs_f64() * 1e3 / JOBS as f64,
        jobs_per_s: JOBS as f64 / took.as_secs_f64(),
        commits: self::commits(&database)
            .await
            .zip(commits)
            .map(|(now, then)| (now - then) / JOBS as f64),
        idle_mib,
        loaded_mib: memory(pid),
        start_ms: program.start.as_secs_f64() * 1e3,
    };
    program.child.kill().await.unwrap();
    figures
}

impl Figures {
    fn print(&self, name: &str) {
        let commits =
            self.commits.map_or_else(|| "-".to_owned(), |commits| format!("{commits:.2}"));
        let Self { cpu_ms, jobs_per_s, idle_mib, loaded_mib, start_ms, .. } = self;
        println!(
            "  {name:12} {cpu_ms:>12.2} {jobs_per_s:>8.0} {commits:>13} {idle_mib:>10.1} {loaded_mib:>12.1} {start_ms:>10.0}"
        );
    }

    fn against(&self, floor: &Self) {
        println!(
            "  suite/floor  {:>10.2} x {:>6.2} x {:>11} {:>8.1} x {:>10.1} x {:>8.1} x",
            self.cpu_ms / floor.cpu_ms,
            self.jobs_per_s / floor.jobs_per_s,
            self.commits
                .zip(floor.commits)
                .map_or_else(|| "-".to_owned(), |(own, least)| format!("{:.1} x", own / least)),
            self.idle_mib / floor.idle_mib,
            self.loaded_mib / floor.loaded_mib,
            self.start_ms / floor.start_ms,
        );
    }
}

async fn suite(database: &str) -> Program {
    let (http, grpc) = (free(), free());
    let binary = std::env::current_exe().unwrap();
    let binary: PathBuf = binary.ancestors().nth(2).unwrap().join("throughline");
    assert!(binary.exists(), "build it first: cargo build --release -p throughline");
    let mut command = Command::new(binary);
    command.arg("serve");
    for setting in [
        format!("database.url={database}"),
        format!("gateway.listen={http}"),
        format!("grpc.listen={grpc}"),
        format!("webhook.secret={}", e2e::SECRET),
        "log.level=warn".to_owned(),
    ] {
        command.args(["--set", &setting]);
    }
    started(command, http).await
}

async fn floor(database: &str) -> Program {
    let http = free();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["floor", &http, database]);
    started(command, http).await
}

async fn started(mut command: Command, http: String) -> Program {
    let began = Instant::now();
    let child = command.stdout(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let url = format!("http://{http}");
    let client = reqwest::Client::new();
    while !client.get(format!("{url}/ping")).send().await.is_ok_and(|answer| answer.status() == 200)
    {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not start");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Program { child, url, start: began.elapsed() }
}

/// Submits so many jobs, some at once, and waits until each is accepted.
async fn jobs(url: &str, webhook: &str, count: usize) {
    let client = reqwest::Client::new();
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = Vec::with_capacity(count);
    for number in 0..count {
        let slot = slots.clone().acquire_owned().await.unwrap();
        let request = client.post(format!("{url}/invocations")).json(&job(webhook, number));
        tasks.push(tokio::spawn(async move {
            assert_eq!(request.send().await.unwrap().status(), 202);
            drop(slot);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

fn job(webhook: &str, number: usize) -> Value {
    json!({
        "input": {
            "title": format!("Rust ledger for card payments {number}"),
            "description": "We need a ledger for card payments in Rust with an audit trail and exports.",
            "skills": ["rust", "postgres"],
        },
        "callback": { "url": webhook },
    })
}

async fn webhook() -> (String, Arc<Semaphore>) {
    let acknowledged = Arc::new(Semaphore::new(0));
    let counted = acknowledged.clone();
    let router = Router::new().route("/", post(async move || counted.add_permits(1)));
    (e2e::serve(router).await, acknowledged)
}

async fn commits(database: &str) -> Option<f64> {
    if !database.starts_with("postgres") {
        return None;
    }
    // A connection that rests reports what it did after ten seconds.
    tokio::time::sleep(Duration::from_secs(12)).await;
    let mut connection = sqlx::PgConnection::connect(database).await.unwrap();
    let query = "select xact_commit from pg_stat_database where datname = current_database()";
    let commits: i64 = sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap();
    Some(commits as f64)
}

fn free() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}
