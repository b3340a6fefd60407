//! Starting and stopping: state survives, and what stands in the way is named.

use std::process::Output;

use e2e::{Placement, Provider, Setup, Store, Suite, World, command, everywhere, killable, sample};
use serde_json::json;

everywhere! {
    /// Stopped and started again, the suite knows its jobs and documents.
    async fn state_survives_a_stop(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        crate::happy::put(&suite, "notes", "first", "We moved a billing system to Rust.").await;
        let id = suite.submit(json!({ "input": sample() })).await;
        let told = suite.told(&id).await;

        suite.stop().await;
        suite.start_again().await;
        assert_eq!(suite.job(&id).await["result"], told.body["data"]["result"]);
        let body = json!({ "collection": "notes", "query": "billing" });
        let (_, found) = suite.post("/v1/search", &body).await;
        assert_eq!(found["passages"][0]["document_id"], "first", "{found}");
    }
}

killable! {
    /// A stop in the middle of a step hands the job back, and the next start finishes it.
    async fn stop_hands_running_jobs_back(world: World) {
        let mut provider = Provider::held().await;
        let setup = Setup::plain()
            .with("jobs.drain", "100ms")
            .with("generation.openai.base_url", &provider.url)
            .with("generation.openai.api_key", "sk-test");
        let mut suite = Suite::start(world, setup).await;
        let id = suite.submit(json!({ "input": sample() })).await;
        provider.next().await;
        suite.stop().await;

        provider.let_through(8);
        suite.start_again().await;
        assert_eq!(suite.told(&id).await.body["data"]["status"], "succeeded");
    }
}

/// Whoever asks twice does not wait for what runs.
#[tokio::test]
async fn second_interrupt_ends_at_once() {
    let mut provider = Provider::held().await;
    let setup = Setup::plain()
        .with("generation.openai.base_url", &provider.url)
        .with("generation.openai.api_key", "sk-test");
    let world = World { placement: Placement::OneProcess, store: Store::Sqlite };
    let mut suite = Suite::start(world, setup).await;
    suite.submit(json!({ "input": sample() })).await;
    provider.next().await;

    let process = suite.role("jobs");
    process.signal("INT");
    e2e::until("the stop to begin", async || process.log().contains("stopping").then_some(()))
        .await;
    process.signal("INT");
    assert_eq!(process.stopped().await, Some(1));
}

/// A port that is taken is named, with what to do; nothing is left half-started.
#[tokio::test]
async fn taken_port_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("gateway.listen={}", taken.local_addr().unwrap());
    let database = format!("database.url=sqlite:{}", folder.path().display());
    let output =
        run(&["serve", "--set", &listen, "--set", "grpc.listen=127.0.0.1:0", "--set", &database])
            .await;
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(69), "{error}");
    assert!(
        error.contains(&taken.local_addr().unwrap().to_string())
            && error.contains("gateway.listen"),
        "{error}"
    );
}

/// What contradicts itself is refused before anything starts, with the setting, its source and the remedy.
#[tokio::test]
async fn contradictions_are_refused() {
    for (settings, named) in [
        (vec!["gateway.listen=0.0.0.0:0"], "gateway.auth"),
        (vec!["grpc.listen=0.0.0.0:0"], "grpc.token"),
        (vec!["database.url=mysql://x"], "database.url"),
        (vec!["no.such.setting=1"], "no.such.setting"),
        (vec!["jobs.workers=many"], "jobs.workers"),
        (vec!["roles=gateway,cook"], "roles"),
        (vec!["gateway.auth=magic"], "gateway.auth"),
        (vec!["gateway.auth=basic"], "gateway.basic"),
        (vec!["flows.dir=/no/such/folder"], "/no/such/folder"),
        (vec!["database.url=postgres://127.0.0.1:1/x"], "webhook.secret"),
    ] {
        let mut arguments = vec!["serve"];
        settings.iter().for_each(|setting| arguments.extend(["--set", *setting]));
        let output = run(&arguments).await;
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(64), "{settings:?}: {error}");
        assert!(error.contains(named), "{settings:?}: {error}");
    }
}

/// An unknown variable is as wrong as an unknown setting.
#[tokio::test]
async fn unknown_variable_is_refused() {
    let mut command = command(&["config", "check"]);
    let output = command.env("THROUGHLINE_GATEWAY__LISTN", "127.0.0.1:1").output().await.unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(64), "{error}");
    assert!(
        error.contains("THROUGHLINE_GATEWAY__LISTN")
            && error.contains("THROUGHLINE_GATEWAY__LISTEN?"),
        "{error}"
    );
}

async fn run(arguments: &[&str]) -> Output {
    e2e::within("the program to end", command(arguments).output()).await.unwrap()
}
