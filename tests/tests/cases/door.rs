//! The gRPC doors: what other services and grpcurl find there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::{Placement, Provider, Setup, Store, Suite, World, everywhere, sample};
use serde_json::{Value, json};

everywhere! {
    /// Every service is listed by reflection, and every server says that it serves.
    async fn every_service_is_listed(world: World) {
        let suite = Suite::start(world, Setup::plain()).await;
        let mut listed = Vec::new();
        for role in ["jobs", "retrieval", "rerank", "generation"] {
            let address = suite.grpc[role].replace("http://", "");
            listed.extend(grpcurl(&format!("grpcurl -plaintext {address} list")).lines().map(str::to_owned));
            let health = grpcurl(&format!("grpcurl -plaintext {address} grpc.health.v1.Health/Check"));
            assert!(health.contains("SERVING") && !health.contains("NOT_SERVING"), "{role}: {health}");
        }
        for service in [
            "throughline.retrieval.v1.RetrievalService",
            "throughline.retrieval.v1.CollectionService",
            "throughline.rerank.v1.RerankService",
            "throughline.generation.v1.GenerationService",
            "throughline.jobs.v1.JobService",
            "throughline.jobs.v1.DeliveryService",
            "throughline.jobs.v1.FlowService",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "grpc.health.v1.Health",
        ] {
            assert!(listed.iter().any(|name| name == service), "{service} is not in {listed:?}");
        }
    }
}

/// Every line of grpcurl that stands in the proto files works as it stands there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_documented_line_works() {
    let world = World { placement: Placement::Inside, store: Store::Sqlite };
    let provider = Provider::start().await;
    let setup = Setup::plain()
        .with("retrieval.embedder", "openai")
        .with("retrieval.openai.base_url", provider.url.as_str());
    let mut suite = Suite::start(world, setup).await;
    let id = suite.submit(json!({ "input": sample() })).await;
    let call = suite.told(&id).await;
    let address = suite.grpc["jobs"].replace("http://", "");
    let mut lines = documented();
    let named: BTreeSet<&str> = lines.iter().filter_map(|line| line.rsplit(' ').next()).collect();
    assert_eq!(named.len(), methods(), "a method without its line");
    // What makes comes before what reads, and what deletes comes last.
    lines.sort_by_key(|line| {
        let method = line.rsplit('/').next().unwrap_or_default();
        let deletes =
            usize::from(method.starts_with("Delete")) + usize::from(method == "DeleteCollection");
        (deletes, !(method.starts_with("Create") || method.starts_with("Put")))
    });
    // That suite knows no database of others; what these do is tested beside tables that libraries made.
    lines.retain(|line| {
        !line.ends_with("/AttachCollection") && !line.ends_with("/DetachCollection")
    });
    for line in lines {
        let line = line
            .replace("127.0.0.1:50051", &address)
            .replace("JOB_ID", &id)
            .replace("DELIVERY_ID", &call.id);
        grpcurl(&line);
    }
    let replayed = suite.told(&id).await;
    assert_eq!(replayed.id, call.id);
    suite.receiver.unread();
}

/// Other services search without any job, over plain gRPC.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_needs_no_job() {
    let world = World { placement: Placement::Processes, store: Store::Sqlite };
    let suite = Suite::start(world, Setup::plain()).await;
    let address = suite.grpc["retrieval"].replace("http://", "");
    let asked = r#"{"collection":"proposal-sample","query":"card payments in rust","limit":2}"#;
    let method = "throughline.retrieval.v1.RetrievalService/Search";
    let found = grpcurl(&format!("grpcurl -plaintext -d '{asked}' {address} {method}"));
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["passages"].as_array().unwrap().len(), 2, "{found}");
    assert_eq!(found["dense"], "absent");
    assert_eq!(suite.get("/v1/jobs").await["jobs"], json!([]));
}

/// The exported proto files are the whole contract: another build of them finds every import.
#[tokio::test]
async fn exported_protos_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let output = e2e::command(&["proto", "export", path]).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let proto = "throughline/jobs/v1/job_service.proto";
    let described = grpcurl(&format!(
        "grpcurl -import-path '{path}' -proto {proto} describe throughline.jobs.v1.JobService"
    ));
    assert!(described.contains("rpc SubmitJob"), "{described}");
}

fn documented() -> Vec<String> {
    let comments = proto::FILES.iter().flat_map(|(_, text)| text.lines());
    let lines = comments.filter_map(|line| line.trim().strip_prefix("// grpcurl -"));
    lines.map(|rest| format!("grpcurl -{rest}")).collect()
}

fn methods() -> usize {
    proto::FILES.iter().map(|(_, text)| text.matches("\n  rpc ").count()).sum()
}

fn grpcurl(line: &str) -> String {
    let tools = std::env::var_os("THROUGHLINE_TOOLS").map(PathBuf::from);
    let tools = tools.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools"));
    let bin = tools.join("bin");
    assert!(
        bin.join("grpcurl").exists(),
        "run tests/tools/fetch.sh grpcurl first, as `make test` does"
    );
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh").args(["-c", line]).env("PATH", path).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}\n{error}");
    String::from_utf8(output.stdout).unwrap()
}
