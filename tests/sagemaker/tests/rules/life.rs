//! How containers start, are asked for their health, are replaced, and end.

use super::*;
use sagemaker_kit::Phase;

#[tokio::test]
async fn container_gets_its_environment_and_nothing_else() {
    let mut plan = plan(vec![container("left", &[("COLOUR", "red")]), container("right", &[])]);
    plan.safe_ports = 5;
    let stage = Stage::start(plan).await;
    let told = told(&stage, &[door::target("left")]).await;
    let environment = told["environment"].as_object().unwrap();
    assert_eq!(environment["COLOUR"], "red");
    // Where `python3` is a script, that adds some of its own; of the test's there must be only the path.
    let is_scripts = |name: &str| name.contains("PYENV") || ["PWD", "SHLVL", "_"].contains(&name);
    let mut inherited = std::env::vars().filter(|(name, _)| environment.contains_key(name));
    assert_eq!(inherited.find(|(name, _)| name != "PATH" && !is_scripts(name)), None);
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some() && environment.contains_key("PATH"));
    assert_eq!(told["argv"], json!(["serve"]));
    let instance = &stage.endpoint.instances()[0];
    let [left, right] = instance.containers() else { panic!("two containers") };
    assert_eq!(left.safe_ports(), right.safe_ports());
    let (low, high) = left.safe_ports();
    assert_eq!(high - low, 4);
    assert_eq!(environment["SAGEMAKER_SAFE_PORT_RANGE"], json!(format!("{low}-{high}")));
    assert!(!(low..=high).contains(&left.port()) && left.port() != right.port());
}

#[tokio::test]
async fn container_that_fails_its_health_is_replaced() {
    let stage = Stage::start(single()).await;
    let first = told(&stage, &[]).await["pid"].clone();
    stage.call(&[], &json!({ "health": { "status": 503 } })).await;
    until("another process", async || {
        let answer = stage.call(&[], &json!({})).await;
        answer.status == 200 && answer.json()["pid"] != first
    })
    .await;
    assert_eq!(stage.endpoint.instances()[0].containers()[0].state().starts, 2);
}

#[tokio::test]
async fn container_whose_health_is_slow_is_replaced() {
    let mut plan = single();
    plan.limits.ping_timeout = Duration::from_millis(200);
    let stage = Stage::start(plan).await;
    stage.call(&[], &json!({ "health": { "slow": 5 } })).await;
    until("another process", async || {
        stage.endpoint.instances()[0].containers()[0].state().starts > 1
    })
    .await;
}

#[tokio::test]
async fn killed_container_is_started_again() {
    let mut plan = single();
    plan.instances = 2;
    let stage = Stage::start(plan).await;
    let instance = stage.endpoint.instances()[0].clone();
    instance.containers()[0].kill().await;
    assert_ne!(instance.containers()[0].state().phase, Phase::InService);
    assert_eq!(stage.call(&[], &json!({})).await.status, 200, "the other instance answers");
    instance.containers()[0]
        .when(|state| state.starts == 2 && state.phase == Phase::InService)
        .await
        .unwrap();
}

#[tokio::test]
async fn container_that_ends_before_it_is_ready_fails_the_endpoint() {
    let stage =
        Stage::cold(plan(vec![container("left", &[]), container("right", &[("BROKEN", "1")])]))
            .await;
    let error = stage.endpoint.in_service().await.unwrap_err().to_string();
    assert_eq!(
        error,
        "container `right` of instance 0: ended with exit status: 64 before /ping answered 200"
    );
}

#[tokio::test]
async fn container_that_is_not_ready_in_time_fails_the_endpoint() {
    let mut plan = plan(vec![container("container-0", &[("WARM_UP", "3600")])]);
    plan.limits.start = Duration::from_millis(500);
    let stage = Stage::cold(plan).await;
    let error = stage.endpoint.in_service().await.unwrap_err().to_string();
    assert!(error.contains("/ping did not answer 200 within 500ms"), "{error}");
}

#[tokio::test]
async fn scale_in_asks_first_and_kills_later() {
    let mut plan =
        plan(vec![container("polite", &[]), container("stubborn", &[("STUBBORN", "1")])]);
    (plan.instances, plan.limits.stop) = (2, Duration::from_millis(400));
    let stage = Stage::start(plan).await;
    let leaving = stage.endpoint.instances()[0].clone();
    let stopped = stage.endpoint.scale_in(&leaving).await;
    assert_eq!((stopped[0].code, stopped[0].killed), (Some(0), false));
    assert_eq!((stopped[1].code, stopped[1].killed), (None, true));
    assert!(stopped[1].took >= Duration::from_millis(400), "{stopped:?}");
    assert_eq!(stage.endpoint.instances().len(), 1);
    for hostname in ["polite", "stubborn"] {
        assert_eq!(stage.call(&[door::target(hostname)], &json!({})).await.status, 200);
    }
}

#[tokio::test]
async fn endpoints_that_the_service_would_refuse_are_refused() {
    let platform = Platform::start().await.unwrap();
    for (plan, word) in [
        (plan(vec![]), "1 to 15 containers"),
        (plan(vec![container("a", &[]), container("a", &[])]), "hostname `a`"),
        (plan(vec![container("a_b", &[])]), "`a_b`"),
        (plan(vec![container("a", &[("1X", "")])]), "`1X`"),
        (plan(vec![container("a", &[("X", &"y".repeat(1025))])]), "1024"),
        (plan((0..15).map(|n| wide(&format!("c{n}"))).collect()), "32768"),
    ] {
        let error = platform.deploy(plan).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

/// A container with 3 KB of environment.
fn wide(hostname: &str) -> ContainerPlan {
    let value = "v".repeat(1000);
    container(hostname, &[("A", &value), ("B", &value), ("C", &value)])
}
