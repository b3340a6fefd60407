//! The templates for n8n fit together, and what they send and read is what there is.
//!
//! n8n itself is not here: what its expressions mean is written down below, word by word, and an expression
//! that is not written down fails.

use std::collections::{HashMap, HashSet};

use e2e::{Answer, Call, Setup, Suite, everywhere, sample};
use serde_json::{Value, json};

const WEBHOOK: &str = include_str!("../../../deploy/n8n/proposal-webhook.json");
const WAIT: &str = include_str!("../../../deploy/n8n/proposal-wait.json");
const SAGEMAKER: &str = include_str!("../../../deploy/n8n/proposal-sagemaker.json");
/// The job within a callback, or within the answer to a question.
const JOB: &str = "($json.body?.data ?? $json).";

/// What the templates are made of: node types and versions that n8n 2 has.
const KINDS: [(&str, &str); 13] = [
    ("crypto", "2"),
    ("extractFromFile", "1"),
    ("httpRequest", "4.2"),
    ("if", "2.2"),
    ("manualTrigger", "1"),
    ("removeDuplicates", "2"),
    ("respondToWebhook", "1.1"),
    ("set", "3.4"),
    ("stickyNote", "1"),
    ("stopAndError", "1"),
    ("switch", "3.2"),
    ("wait", "1.1"),
    ("webhook", "2"),
];

/// A workflow as n8n imports it.
struct Workflow {
    nodes: HashMap<String, Value>,
    connections: HashMap<String, Vec<Vec<String>>>,
}

impl Workflow {
    fn read(text: &str) -> Self {
        let all: Value = serde_json::from_str(text).unwrap();
        let nodes = all["nodes"].as_array().unwrap();
        let name = |node: &Value| node["name"].as_str().unwrap().to_owned();
        let connections = all["connections"].as_object().unwrap();
        let targets = |outs: &Value| {
            let outs = outs["main"].as_array().unwrap().iter();
            outs.map(|out| {
                let out = out.as_array().unwrap().iter();
                out.map(|to| to["node"].as_str().unwrap().to_owned()).collect()
            })
            .collect()
        };
        let workflow = Self {
            nodes: nodes.iter().map(|node| (name(node), node.clone())).collect(),
            connections: connections.iter().map(|(from, to)| (from.clone(), targets(to))).collect(),
        };
        assert_eq!(workflow.nodes.len(), nodes.len(), "two nodes have one name");
        workflow
    }

    fn kind(&self, name: &str) -> &str {
        let kind = self.nodes[name]["type"].as_str().unwrap();
        kind.strip_prefix("n8n-nodes-base.").unwrap()
    }

    fn parameters(&self, name: &str) -> &Value {
        &self.nodes[name]["parameters"]
    }

    /// A parameter of a node with its expressions replaced by what they stand for.
    fn filled(&self, name: &str, parameter: &str, values: &[(&str, String)]) -> String {
        let text = self.parameters(name)[parameter].as_str().unwrap();
        let mut parts = text.strip_prefix('=').unwrap().split("{{ ");
        let mut filled = parts.next().unwrap().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once(" }}").unwrap();
            let known = values.iter().find(|(name, _)| *name == expression);
            filled += &known.unwrap_or_else(|| panic!("{expression} is not written down")).1;
            filled += rest;
        }
        filled
    }

    /// The members of a job that a node reads.
    fn reads(&self, name: &str) -> Vec<String> {
        let text = self.parameters(name).to_string();
        let is_path = |c: &char| c.is_ascii_lowercase() || matches!(c, '_' | '.');
        let paths = text.split(JOB).skip(1);
        paths
            .map(|rest| {
                format!(
                    "/{}",
                    rest.chars().take_while(is_path).collect::<String>().replace('.', "/")
                )
            })
            .collect()
    }

    /// Sends what the node sends, and answers the id of the job.
    async fn submit(
        &self,
        suite: &Suite,
        mut values: Vec<(&str, String)>,
        input: &Value,
    ) -> String {
        values.extend([
            ("JSON.stringify($json)", input.to_string()),
            ("JSON.stringify($execution.id)", "\"77\"".to_owned()),
            (
                "JSON.stringify('n8n-' + $workflow.id + '-' + $execution.id + '-' + $itemIndex)",
                json!(format!("n8n-x-77-{}", input["title"].as_str().unwrap().len())).to_string(),
            ),
        ]);
        let body = serde_json::from_str(&self.filled("Submit", "jsonBody", &values)).unwrap();
        let (status, answer) = suite.post("/invocations", &body).await;
        assert_eq!((status, &answer["warnings"]), (202, &json!([])), "{answer}");
        assert_eq!(answer["status"], "accepted");
        answer["job_id"].as_str().unwrap().to_owned()
    }
}

fn all() -> [Workflow; 3] {
    [WEBHOOK, WAIT, SAGEMAKER].map(Workflow::read)
}

/// Every node is one that n8n has, in a version that it has.
#[test]
fn nodes_are_known() {
    for workflow in all() {
        for (name, node) in &workflow.nodes {
            let kind = (workflow.kind(name), node["typeVersion"].to_string());
            assert!(KINDS.contains(&(kind.0, kind.1.as_str())), "{name}: {kind:?}");
            assert!(node["id"].is_string() && node["position"].as_array().unwrap().len() == 2);
        }
    }
}

/// Every connection leads to a node, every node is reached, every output of a choice is connected.
#[test]
fn branches_end() {
    for workflow in all() {
        for (from, outputs) in &workflow.connections {
            assert!(outputs.iter().all(|out| !out.is_empty()), "an output of {from} leads nowhere");
            for to in outputs.iter().flatten() {
                assert!(
                    workflow.nodes.contains_key(to),
                    "{from} leads to {to}, which is not there"
                );
            }
        }
        let reached: HashSet<_> = workflow.connections.values().flatten().flatten().collect();
        for name in workflow.nodes.keys() {
            let outputs = workflow.connections.get(name).map_or(0, Vec::len);
            let rules = workflow.parameters(name)["rules"]["values"].as_array().map_or(0, Vec::len);
            let expected = match workflow.kind(name) {
                "if" => 2,
                "switch" => rules + 1,
                _ => outputs.min(1),
            };
            assert_eq!(outputs, expected, "{name}");
            let begins = ["manualTrigger", "webhook", "stickyNote"].contains(&workflow.kind(name));
            assert!(begins != reached.contains(name), "{name}");
            let ends =
                ["Proposal", "Failure", "Not ended", "Refuse", "Submit"].contains(&name.as_str());
            assert!(
                outputs > 0 || ends || workflow.kind(name) == "stickyNote",
                "{name} ends too early"
            );
        }
    }
}

/// A template names no credential and holds no secret; a wait has a limit; a call may be repeated.
#[test]
fn templates_are_safe_to_share_and_to_run() {
    for (text, workflow) in [WEBHOOK, WAIT, SAGEMAKER].into_iter().zip(all()) {
        assert!(!text.contains("\"credentials\"") && text.contains("\"pinData\": {}"));
        let hosts =
            text.split("https://").skip(1).map(|rest| rest.split(['/', '"', '\\']).next().unwrap());
        for host in hosts {
            assert!(
                host.ends_with("example.com") || host.starts_with("runtime.sagemaker."),
                "{host}"
            );
        }
        for name in workflow.nodes.keys() {
            let parameters = workflow.parameters(name);
            match workflow.kind(name) {
                "wait" => assert_eq!(parameters["limitWaitTime"], true),
                "httpRequest" => assert_eq!(workflow.nodes[name]["retryOnFail"], true),
                "webhook" => assert_eq!(parameters["authentication"], "basicAuth"),
                "stickyNote" => assert!(parameters["content"].as_str().unwrap().len() > 100),
                _ => {}
            }
        }
    }
    let sagemaker = Workflow::read(SAGEMAKER);
    for name in ["Submit", "Ask"] {
        let parameters = sagemaker.parameters(name);
        assert_eq!(parameters["nodeCredentialType"], "aws");
        let header = &parameters["headerParameters"]["parameters"][0];
        assert_eq!(header, &json!({ "name": "Content-Type", "value": "application/json" }));
        assert_eq!(parameters["jsonBody"], Workflow::read(WAIT).parameters(name)["jsonBody"]);
    }
}

/// What is signed there is what is signed here: id, time and the raw text, in the order of Standard Webhooks.
#[test]
fn signature_is_made_of_what_is_sent() {
    let workflow = Workflow::read(WEBHOOK);
    let values = [
        ("$json.headers['webhook-id']", "dlv_1".to_owned()),
        ("$json.headers['webhook-timestamp']", "1700000000".to_owned()),
        ("$json.raw", "{}".to_owned()),
    ];
    assert_eq!(workflow.filled("Signature", "value", &values), "dlv_1.1700000000.{}");
    assert_eq!(workflow.parameters("Raw text")["destinationKey"], "raw");
    let signature = workflow.parameters("Signature");
    let made = ["action", "type", "encoding", "dataPropertyName"].map(|name| &signature[name]);
    assert_eq!(made, ["hmac", "SHA256", "base64", "signature"]);
    let ours = workflow.parameters("Is it ours?").to_string();
    assert!(ours.contains("includes('v1,' + $json.signature)"), "{ours}");
}

everywhere! {
    /// What the webhook template sends is accepted, and what it reads is in the callback of either end.
    async fn webhook_template_fits(world: World) {
        let workflow = Workflow::read(WEBHOOK);
        let setup = Setup::plain().with("secrets.key", "a long key for tests of n8n");
        let mut suite = Suite::start(world, setup).await;
        let settings: Value = serde_json::from_str(workflow.parameters("Settings")["jsonOutput"].as_str().unwrap()).unwrap();
        let mut callback = settings["callback"].clone();
        assert_eq!(callback["auth"], Value::Null);
        callback["url"] = json!(suite.receiver.url);
        callback["auth"] = json!({ "basic": { "user": "n8n", "pass": "0123" } });
        let values = vec![("JSON.stringify($('Settings').first().json.callback)", callback.to_string())];

        let posting = serde_json::from_str(workflow.parameters("Posting")["jsonOutput"].as_str().unwrap()).unwrap();
        let id = workflow.submit(&suite, values.clone(), &posting).await;
        let call = suite.told(&id).await;
        assert_eq!(call.headers["authorization"], "Basic bjhuOjAxMjM=");
        let rule = &workflow.parameters("How did it end?")["rules"]["values"][0]["conditions"]["conditions"][0];
        assert_eq!((&rule["leftValue"], &rule["rightValue"]), (&json!("={{ $json.body.type }}"), &call.body["type"]));
        holds(&call.body["data"], &workflow.reads("Proposal"));
        let key = &workflow.parameters("First time?")["dedupeValue"];
        assert!(key == "={{ $json.headers['webhook-id'] }}" && call.headers.contains_key("webhook-id"));

        let again = workflow.submit(&suite, values.clone(), &posting).await;
        assert_eq!(again, id, "a repeated call is the same job");
        let mut lost = sample();
        lost["collection"] = json!("nowhere");
        let id = workflow.submit(&suite, values, &lost).await;
        let call = suite.told(&id).await;
        assert_eq!(call.body["type"], "job.failed");
        holds(&call.body["data"], &workflow.reads("Failure"));
    }

    /// What the waiting template sends is accepted, an execution that does not wait yet is called again, and a
    /// callback that never came is made up for by the question.
    async fn wait_template_fits(world: World) {
        let workflow = Workflow::read(WAIT);
        let mut suite = Suite::start(world, Setup::plain()).await;
        suite.receiver.answer([Answer::Status(409, "The execution \"16\" is running already.")]);
        let base = suite.receiver.url.trim_end_matches("/hook").to_owned();
        let url = json!(format!("{base}/webhook-waiting/16?signature=0f")).to_string();
        let values = vec![("JSON.stringify($execution.resumeUrl)", url)];
        let id = workflow.submit(&suite, values, &sample()).await;
        let calls: [Call; 2] = [suite.told(&id).await, suite.told(&id).await];
        assert_eq!(calls[0].id, calls[1].id);
        assert_eq!(calls[1].target, "/webhook-waiting/16?signature=0f");
        holds(&calls[1].body["data"], &workflow.reads("Proposal"));

        let asked = [("JSON.stringify($('Submit').first().json.job_id)", json!(id).to_string())];
        let question = serde_json::from_str(&workflow.filled("Ask", "jsonBody", &asked)).unwrap();
        let (status, job) = suite.post("/invocations", &question).await;
        assert_eq!(status, 200, "{job}");
        holds(&job, &workflow.reads("Proposal"));
        holds(&job, &workflow.reads("How did it end?"));
        let rules = workflow.parameters("How did it end?")["rules"]["values"].as_array().unwrap();
        let ends: Vec<_> = rules.iter().map(|rule| &rule["conditions"]["conditions"][0]["rightValue"]).collect();
        assert_eq!(ends, ["succeeded", "failed", "cancelled", "expired"]);
    }
}

/// A job has all that is read of it.
fn holds(job: &Value, paths: &[String]) {
    assert!(!paths.is_empty());
    for path in paths {
        let found = job.pointer(path);
        assert!(found.is_some_and(|value| !value.is_null()), "{path} is not in {job}");
    }
}
