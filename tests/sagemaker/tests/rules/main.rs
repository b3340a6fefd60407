//! The platform's rules, held against a small container that does what it is told.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod door;
mod header;
mod life;
mod program;
mod signature;

use std::sync::Arc;
use std::time::Duration;

use sagemaker_kit::{
    Answer, Caller, ContainerPlan, Credentials, Endpoint, Limits, Logs, Plan, Platform,
};
use serde_json::{Value, json};

/// A platform with one endpoint around the small container, and a caller of it.
struct Stage {
    platform: Platform,
    endpoint: Arc<Endpoint>,
    caller: Caller,
}

impl Stage {
    async fn start(plan: Plan) -> Self {
        let stage = Self::cold(plan).await;
        stage.endpoint.in_service().await.unwrap();
        stage
    }

    async fn cold(plan: Plan) -> Self {
        let platform = Platform::start().await.unwrap();
        let endpoint = platform.deploy(plan).unwrap();
        let caller = Caller::new(platform.url(), credentials(), "eu-west-1");
        Self { platform, endpoint, caller }
    }

    async fn call(&self, headers: &[(&str, &str)], order: &Value) -> Answer {
        self.caller.invoke("shop", headers, order.to_string()).await.unwrap()
    }
}

/// An endpoint called `shop`, on a clock that does not keep a test waiting.
fn plan(containers: Vec<ContainerPlan>) -> Plan {
    let mut plan = Plan::new("shop", containers, Logs::Inherited);
    plan.limits = Limits { ping_every: Duration::from_millis(50), ..Limits::default() };
    plan
}

fn single() -> Plan {
    plan(vec![container("container-0", &[])])
}

fn container(hostname: &str, environment: &[(&str, &str)]) -> ContainerPlan {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/container.py");
    let environment =
        environment.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    ContainerPlan {
        hostname: hostname.to_owned(),
        command: vec!["python3".into(), script.into()],
        environment: environment.collect(),
    }
}

fn credentials() -> Credentials {
    Credentials { access_key: "AKIDEXAMPLE".into(), secret_key: "secret".into() }
}

/// What the small container says of itself.
async fn told(stage: &Stage, headers: &[(&str, &str)]) -> Value {
    let answer = stage.call(headers, &json!({})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Waits for what must become true.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let asking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(20), asking).await.is_ok(),
        "waited for {what}"
    );
}
