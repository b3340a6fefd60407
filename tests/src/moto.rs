use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::process::free_port;
use crate::until;

/// The region that everything is in.
const REGION: &str = "eu-central-1";

/// A server that speaks AWS's protocols; it ends with the test.
pub struct Moto {
    /// Where it listens.
    pub url: String,
    client: reqwest::Client,
    _process: Child,
}

impl Moto {
    /// Starts an empty one.
    pub async fn start() -> Self {
        let port = free_port().to_string();
        let process = Command::new(tool("moto_server"))
            .args(["-H", "127.0.0.1", "-p", &port])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("run tests/tools/fetch.sh moto first, as `make test` does");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let moto = Self { url: format!("http://127.0.0.1:{port}"), client, _process: process };
        until("moto to listen", async || {
            let answer = moto.client.get(format!("{}/moto-api/data.json", moto.url)).send().await;
            answer.ok().filter(|answer| answer.status().is_success()).map(drop)
        })
        .await;
        moto
    }

    /// The environment of a process that finds this server where AWS would be.
    pub fn environment(&self) -> Vec<(String, String)> {
        environment(&self.url)
    }

    /// Makes a secret, and answers its ARN.
    pub async fn secret(&self, name: &str, text: &str) -> String {
        let made = json!({ "Name": name, "SecretString": text, "ClientRequestToken": token() });
        let made = self.call("secretsmanager", "secretsmanager.CreateSecret", &made).await;
        made["ARN"].as_str().unwrap().to_owned()
    }

    /// Gives a secret another value.
    pub async fn rotate(&self, name: &str, text: &str) {
        let put = json!({ "SecretId": name, "SecretString": text, "ClientRequestToken": token() });
        self.call("secretsmanager", "secretsmanager.PutSecretValue", &put).await;
    }

    /// Makes an encrypted parameter.
    pub async fn parameter(&self, name: &str, text: &str) {
        let put = json!({ "Name": name, "Value": text, "Type": "SecureString" });
        self.call("ssm", "AmazonSSM.PutParameter", &put).await;
    }

    /// The segments of a trace, given as W3C writes its id.
    pub async fn segments(&self, trace_id: &str) -> Vec<Value> {
        let id = format!("1-{}-{}", &trace_id[..8], &trace_id[8..]);
        let request = self.client.post(format!("{}/Traces", self.url));
        let request = request.header("authorization", authorization("xray"));
        let answer = request.body(json!({ "TraceIds": [id] }).to_string()).send().await.unwrap();
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let traces = answer["Traces"].as_array().unwrap().iter();
        let segments = traces.flat_map(|trace| trace["Segments"].as_array().unwrap());
        let document = |segment: &Value| segment["Document"].as_str().unwrap().to_owned();
        segments.map(|segment| serde_json::from_str(&document(segment)).unwrap()).collect()
    }

    async fn call(&self, service: &str, target: &str, body: &Value) -> Value {
        let request = self.client.post(&self.url).header("x-amz-target", target);
        let request = request.header("authorization", authorization(service));
        let request = request.header("content-type", "application/x-amz-json-1.1");
        let answer = request.body(body.to_string()).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{target}: {text}");
        serde_json::from_str(&text).unwrap()
    }
}

/// The environment of a process that finds AWS at this address, and nothing of AWS elsewhere.
pub fn environment(url: &str) -> Vec<(String, String)> {
    let variables = [
        ("AWS_ENDPOINT_URL", url),
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "canary-aws-key"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The server looks at the service in the credential's scope, and at nothing else.
fn authorization(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=x/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=x"
    )
}

/// Each request has its own, else it counts as a repeat of the one before.
fn token() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{:032x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A tool that `tests/tools/fetch.sh` brings.
fn tool(name: &str) -> PathBuf {
    let tools = std::env::var_os("THROUGHLINE_TOOLS").map(PathBuf::from);
    let tools = tools.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools"));
    tools.join("bin").join(name)
}
