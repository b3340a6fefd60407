//! `throughline load` measures a suite as it is, and calls what is wrong by its name.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::routing::post;
use e2e::{Provider, Setup, Store, Suite, World, command, everywhere, serve, within};
use serde_json::{Value, json};

const WORLD: World = World { placement: e2e::Placement::Inside, store: Store::Sqlite };

everywhere! {
    /// Every job of a healthy suite is accepted, delivered once, and measured.
    async fn healthy_suite_passes(world: World) {
        let suite = Suite::start(world, Setup::plain()).await;
        let (code, report, _) = load(&suite.http, &["--jobs", "24", "--parallel", "6"]).await;
        assert_eq!((code, &report["verdict"]), (0, &json!("passed")), "{report}");
        let counts = ["accepted", "succeeded", "refused", "failed", "lost", "duplicate_jobs"];
        let counts = counts.map(|name| report[name].as_u64().unwrap());
        assert_eq!(counts, [24, 24, 0, 0, 0, 0], "{report}");
        assert_eq!((&report["keys_used_twice"], &report["duplicate_deliveries"]), (&json!(3), &json!(0)));
        let [accept, end] = ["accept_ms", "end_to_end_ms"].map(|name| report[name].clone());
        assert!(accept["p50"].as_f64() <= accept["p99"].as_f64(), "{report}");
        assert!(accept["p50"].as_f64() < end["p50"].as_f64(), "{report}");
    }
}

/// A target that can call nobody is asked instead, with the password that it wants.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guarded_suite_is_asked_with_its_password() {
    let password = [("auth", "basic"), ("basic.user", "n8n"), ("basic.pass", "a secret")];
    let setup = password
        .iter()
        .fold(Setup::plain(), |setup, (key, value)| setup.with(&format!("gateway.{key}"), *value));
    let suite = Suite::start(WORLD, setup).await;
    let asking = ["--jobs", "4", "--wait", "poll"];
    let (code, _, said) = load(&suite.http, &asking).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("no job is accepted: 401"), "{said}");

    let set = password.map(|(key, value)| format!("--set=gateway.{key}={value}"));
    let known: Vec<_> = asking.into_iter().chain(set.iter().map(String::as_str)).collect();
    let (code, report, said) = load(&suite.http, &known).await;
    assert_eq!(
        (code, &report["succeeded"], &report["wait"]),
        (0, &json!(4), &json!("poll")),
        "{said}"
    );
    assert!(!said.contains("a secret") && !report.to_string().contains("a secret"));
}

/// Jobs that fail, and jobs that take too long, fail the run and are named.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failing_suite_fails() {
    let provider = Provider::start().await;
    let setup = Setup::plain()
        .with("generation.openai.api_key", "sk-test")
        .with("generation.openai.base_url", &provider.url);
    let suite = Suite::start(WORLD, setup).await;
    provider.answer_with(401);
    let (code, report, said) = load(&suite.http, &["--jobs", "3"]).await;
    assert_eq!(
        (code, &report["failed"], &report["succeeded"]),
        (1, &json!(3), &json!(0)),
        "{report}"
    );
    assert!(said.contains("verdict failed: 3 failed"), "{said}");
    let example = &report["examples"][0];
    assert!(example["job_id"].as_str().unwrap().starts_with("job_"), "{report}");
    assert!(example["what"].as_str().unwrap().starts_with("failed "), "{report}");

    provider.answer_with(200);
    let (code, report, said) = load(&suite.http, &["--jobs", "3", "--p95", "1ms"]).await;
    assert_eq!((code, &report["succeeded"]), (1, &json!(3)), "{report}");
    assert!(said.contains("more than 1ms"), "{said}");
}

/// A target that loses jobs, makes them twice and delivers them twice is found out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn careless_target_is_found_out() {
    let careless = Router::new().route("/invocations", post(careless)).with_state(Arc::default());
    let target = serve(careless).await;
    let some = ["--jobs", "11", "--parallel", "4", "--p95", "1s", "--within", "2s"];
    let (code, report, said) = load(&target, &some).await;
    assert_eq!(code, 1, "{said}");
    let counts = [
        "accepted",
        "retried",
        "succeeded",
        "lost",
        "duplicate_jobs",
        "duplicate_deliveries",
        "repeated_calls",
    ];
    let counts = counts.map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts, [11, 1, 10, 1, 2, 10, 16], "{report}");
    for reason in ["1 lost", "2 made twice for one key", "10 delivered twice under different ids"] {
        assert!(said.contains(reason), "{said}");
    }
    assert!(
        report["examples"][0]["what"].as_str().unwrap().contains("no webhook call came"),
        "{report}"
    );
}

/// Inputs come from a file, line by line; what is wrong with it, or with the target, is said before anything is sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inputs_come_from_a_file() {
    let suite = Suite::start(WORLD, Setup::plain()).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let envelope = json!({ "flow": "proposal", "input": e2e::sample(), "wait_s": 30 });
    std::fs::write(path, format!("{}\n\n{envelope}\n", e2e::sample())).unwrap();
    let (code, report, said) = load(&suite.http, &["--jobs", "4", "--input", path]).await;
    assert_eq!((code, &report["succeeded"]), (0, &json!(4)), "{said}");

    std::fs::write(path, "{}\n{\"title\":").unwrap();
    let (code, _, said) = load(&suite.http, &["--input", path]).await;
    assert_eq!((code, said.contains("line 2:")), (1, true), "{said}");
    let (code, _, said) = load("ftp://example.com", &[]).await;
    assert_eq!((code, said.contains("--target: ")), (64, true), "{said}");
    let (code, _, said) = load("http://127.0.0.1:1", &["--within", "3s"]).await;
    assert_eq!((code, said.contains("the target does not answer")), (69, true), "{said}");
}

/// Runs the command; answers its exit code, its report, and what it said.
async fn load(target: &str, arguments: &[&str]) -> (i32, Value, String) {
    let arguments = [&["load", "--target", target, "--json"], arguments].concat();
    let output = within("a load", command(&arguments).output()).await.unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), report, said)
}

/// Too busy at first; each key makes a new job; the fourth job has no end, the others are told of three times under two ids.
async fn careless(
    State(count): State<Arc<AtomicU32>>,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    if body["op"] == "status" {
        return (StatusCode::OK, Json(json!({ "job_id": body["job_id"], "status": "running" })));
    }
    let number = count.fetch_add(1, Ordering::SeqCst);
    if number == 0 {
        return (
            StatusCode::TOO_MANY_REQUESTS,
            Json(json!({ "message": "busy", "retry_after_ms": 1 })),
        );
    }
    let url = body["callback"]["url"].as_str().unwrap().to_owned();
    let id = format!("job_{number}");
    if !url.ends_with("/3") {
        tokio::spawn(tell(url, id.clone()));
    }
    (StatusCode::ACCEPTED, Json(json!({ "job_id": id, "status": "accepted" })))
}

async fn tell(url: String, job: String) {
    // Not before the caller knows the job's id, as in a suite that has something to do.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let body = json!({ "type": "job.succeeded", "data": { "job_id": job, "status": "succeeded" } });
    for delivery in ["one", "other", "one"] {
        let id = format!("{delivery}_{}", url.rsplit('/').next().unwrap());
        let call = reqwest::Client::builder().no_proxy().build().unwrap().post(&url);
        call.header("webhook-id", id).json(&body).send().await.unwrap();
    }
}
