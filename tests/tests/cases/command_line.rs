//! The command line, as people and scripts use it.

use std::process::{Output, Stdio};

use e2e::{Placement, Setup, Store, Suite, World, command, within};
use serde_json::Value;

const WORLD: World = World { placement: Placement::Inside, store: Store::Sqlite };

/// The demo ends with a verified webhook, on nothing but the binary.
#[tokio::test]
async fn demo_ends_verified() {
    let folder = tempfile::tempdir().unwrap();
    let output =
        within("the demo", command(&["demo"]).current_dir(folder.path()).output()).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let last: Vec<_> = text.lines().last().unwrap().split(' ').collect();
    assert_eq!((last[0], last.len()), ("verified", 3), "{text}");
    assert!(last[1].starts_with("job_") && last[2].len() == 32, "{text}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "the demo left something behind"
    );
}

/// Files go in, a search finds them, a job is answered from them, and its way is shown.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn newcomer_goes_all_the_way() {
    let suite = Suite::start(WORLD, Setup::plain()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    file("ledger.md", "# Ledger\n\nA ledger for card payments in Rust.");
    file(
        "shop.json",
        r#"[{"id":"shop","title":"Shop","text":"A bakery's web shop.","year":2024}]"#,
    );
    file("more.jsonl", "{\"text\":\"A zoo.\"}\n{\"text\":\"A museum.\"}\n");
    file("job.json", r#"{"title":"Card payments","description":"A ledger in Rust."}"#);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();

    let put = run(
        &suite,
        &["ingest", "portfolio", &path("ledger.md"), &path("shop.json"), &path("more.jsonl")],
    )
    .await;
    assert_eq!(put.trim(), "portfolio: 4 created, 0 updated, 0 unchanged");
    let found =
        run(&suite, &["search", "portfolio", "bakery", "--filter", "year=2024", "--json"]).await;
    assert_eq!(
        serde_json::from_str::<Value>(&found).unwrap()["passages"][0]["document_id"],
        "shop"
    );
    let recent = r#"{"$or": [{"year": {"$gte": 2020}}, {"lang": "de"}]}"#;
    let found = run(&suite, &["search", "portfolio", "a", "web", "--filter", recent]).await;
    assert!(found.contains("shop") && !found.contains("ledger"), "{found}");
    let job = run(&suite, &["submit", &path("job.json"), "--wait", "--json"]).await;
    let job: Value = serde_json::from_str(&job).unwrap();
    assert_eq!(job["result"]["citations"][0]["document_id"], "ledger.md", "{job}");
    let id = job["job_id"].as_str().unwrap();
    let way = run(&suite, &["trace", id]).await;
    assert!(
        way.contains("step evidence") && way.contains(job["trace_id"].as_str().unwrap()),
        "{way}"
    );
    assert!(run(&suite, &["jobs", "list"]).await.contains(id));
    assert!(run(&suite, &["jobs", "watch", id]).await.contains("succeeded"));
    assert!(run(&suite, &["flows", "list"]).await.starts_with("proposal (default)"));
}

/// Of a folder with broken files everything else goes in, a second time nothing changes, and collections
/// are shown, changed and deleted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_rows_are_told_and_the_rest_goes_in() {
    let suite = Suite::start(WORLD, Setup::plain()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    file("menu.csv", b"\xef\xbb\xbfid,text,price\n1,Tea,2\n2,Coffee\n3,\"Cake, warm\",4\n");
    file("latin.txt", b"caf\xe9");
    file("note.md", b"# Note\n\nOpen on Sundays.");
    let path = folder.path().to_str().unwrap();

    let dry = output(&suite, &["ingest", "cafe", path, "--dry-run", "--json"]).await;
    let first = output(&suite, &["ingest", "cafe", path, "--json"]).await;
    let again = output(&suite, &["ingest", "cafe", path, "--json"]).await;
    let (dry, first, again) = (told(&dry), told(&first), told(&again));

    assert_eq!(
        (&dry["documents"], &first["created"], &again["unchanged"]),
        (&3.into(), &3.into(), &3.into())
    );
    let places: Vec<_> =
        first["errors"].as_array().unwrap().iter().map(|one| &one["place"]).collect();
    assert_eq!(places, [&format!("{path}/latin.txt"), &format!("{path}/menu.csv:3")]);
    run(
        &suite,
        &["collections", "update", "cafe", "--description", "A cafe", "--chunk-tokens", "64"],
    )
    .await;
    let shown = run(&suite, &["collections", "show", "cafe", "--json"]).await;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        (&shown["documents"], &shown["settings"]["chunking"]["tokens"]),
        (&3.into(), &64.into())
    );
    assert_eq!(output(&suite, &["collections", "delete", "cafe"]).await.status.code(), Some(1));
    assert_eq!(
        run(&suite, &["collections", "delete", "cafe", "--yes"]).await.trim(),
        "cafe: deleted, with 3 documents"
    );
}

/// A server that is not there is named, with what to do.
#[tokio::test]
async fn absent_server_is_named() {
    let output =
        command(&["jobs", "list", "--server", "http://127.0.0.1:1"]).output().await.unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(69), "{error}");
    assert!(error.contains("throughline serve"), "{error}");
}

/// The help shows the first steps and the exit codes, and every command has its own.
#[tokio::test]
async fn help_reads_like_a_page() {
    let output = command(&["--help"]).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("Exit codes:") && text.contains("First steps:"), "{text}");
    for name in [
        "serve",
        "demo",
        "submit",
        "jobs",
        "deliveries",
        "trace",
        "ingest",
        "collections",
        "search",
        "load",
        "flows",
        "config",
        "migrate",
        "proto",
    ] {
        let help = command(&[name, "--help"]).output().await.unwrap();
        assert!(help.status.success() && text.contains(name), "{name}");
    }
}

async fn run(suite: &Suite, arguments: &[&str]) -> String {
    let output = output(suite, arguments).await;
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command that failed in part printed as JSON.
fn told(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn output(suite: &Suite, arguments: &[&str]) -> Output {
    let server = ["--server", &suite.grpc["jobs"]];
    within("a command", command(&[arguments, &server].concat()).stdin(Stdio::null()).output())
        .await
        .unwrap()
}
