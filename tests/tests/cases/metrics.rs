//! What dashboards and alarms look at is what the processes tell.

use std::collections::BTreeSet;

use e2e::{Answer, Provider, Setup, Suite, World, sample, until, worlds};
use serde_json::{Value, json};

const NAMESPACE: &str = "Throughline/dev";

worlds! { every_metric_of_the_templates_is_told
    processes_sqlite: Processes Sqlite,
    processes_postgres: Processes Postgres
}

/// A job that succeeds, one that fails, a delivery that fails at first, and a request that nobody can answer.
async fn every_metric_of_the_templates_is_told(world: World) {
    let provider = Provider::start().await;
    let setup = Setup::plain()
        .with("telemetry.emf", "true")
        .with("telemetry.emf_namespace", NAMESPACE)
        .with("generation.openai.base_url", &provider.url)
        .with("generation.openai.api_key", "sk-test");
    let mut suite = Suite::start(world, setup).await;
    suite.receiver.answer([Answer::Status(500, "down")]);
    let id = suite.submit(json!({ "input": sample() })).await;
    for _ in 0..2 {
        suite.told(&id).await;
    }
    let mut failing = sample();
    failing["collection"] = json!("nowhere");
    let id = suite.submit(json!({ "input": failing })).await;
    assert_eq!(suite.told(&id).await.body["type"], "job.failed");
    suite.kill("jobs").await;
    until("a request that nobody can answer", async || {
        let answer = suite.request("GET", "/v1/jobs").send().await.ok()?;
        answer.status().is_server_error().then_some(())
    })
    .await;

    let wanted = of_templates();
    assert!(wanted.len() > 10, "{wanted:?}");
    until("every metric", async || {
        let told = told(&suite.outputs());
        let missing: Vec<_> = wanted.difference(&told).collect();
        missing.is_empty().then_some(())
    })
    .await;
}

/// The names of what was told, each line of it held against the format.
fn told(output: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // The last line may still be on its way.
    let lines = output.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    for line in lines.filter(|line| line.contains("\"_aws\"")) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["_aws"]["Timestamp"].as_i64().unwrap() > 1_600_000_000_000, "{line}");
        for directive in line["_aws"]["CloudWatchMetrics"].as_array().unwrap() {
            assert_eq!(directive["Namespace"], NAMESPACE);
            for metric in directive["Metrics"].as_array().unwrap() {
                let name = metric["Name"].as_str().unwrap();
                assert!(line[name].is_f64(), "{name} in {line}");
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// The metrics of ours that the templates' alarms and dashboards name.
fn of_templates() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/cfn");
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.to_string_lossy().ends_with(".template.json") {
            let template = std::fs::read_to_string(&path).unwrap();
            collect(&serde_json::from_str(&template).unwrap(), &mut names);
        }
    }
    names
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let is_ours = |namespace: &str| namespace.starts_with("Throughline/");
            if members.get("Namespace").and_then(Value::as_str).is_some_and(is_ours) {
                names.extend(members.get("MetricName").and_then(Value::as_str).map(str::to_owned));
            }
            members.values().for_each(|member| collect(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        // The body of a dashboard: `["Throughline/dev","JobsFailed",...]` in pieces of text.
        Value::String(text) => {
            let after = text.split("\"Throughline/").skip(1);
            names.extend(after.filter_map(|rest| rest.split('"').nth(2)).map(str::to_owned));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
