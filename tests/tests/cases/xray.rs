//! X-Ray has every hop of a job in one tree, from the caller's trace to the webhook.

use std::net::TcpListener;

use e2e::{Call, Moto, Placement, Setup, Store, Suite, World, aws_environment, sample, until};
use serde_json::{Value, json};

const WORLD: World = World { placement: Placement::OneProcess, store: Store::Sqlite };
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
/// Spans of a job, each with one above it.
const HOPS: [(&str, &str); 12] = [
    ("POST /invocations", CALLER),
    ("throughline.jobs.v1.JobService/SubmitJob", "POST /invocations"),
    ("accept", "SubmitJob"),
    ("attempt", "accept"),
    ("step analysis", "attempt"),
    ("step evidence", "attempt"),
    ("step best", "attempt"),
    ("step draft", "attempt"),
    ("Search", "step evidence"),
    ("Rerank", "step best"),
    ("Generate", "step draft"),
    ("delivery", "accept"),
];

/// All spans of a job under a caller's W3C trace arrive, each below another one or below the caller.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whole_job_is_one_tree() {
    let moto = Moto::start().await;
    let mut suite = Suite::start(WORLD, exporting(moto.environment())).await;
    let call = told(&mut suite, "traceparent", &format!("00-{TRACE}-{CALLER}-01")).await;
    assert!(call.headers["traceparent"].to_str().unwrap().contains(TRACE));
    let log = stopped(&mut suite).await;

    let segments = moto.segments(TRACE).await;
    let paths: Vec<String> = segments.iter().map(|segment| path(segment, &segments)).collect();
    assert!(paths.iter().all(|path| path.starts_with(CALLER)), "{paths:#?}");
    for (hop, above) in HOPS {
        let is_below = |path: &String| path.ends_with(hop) && path.contains(above);
        assert!(paths.iter().any(is_below), "{hop} below {above}: {paths:#?}");
    }
    let id = &call.body["data"]["job_id"];
    assert!(
        segments.iter().any(|segment| segment["annotations"]["job_id"] == *id),
        "{segments:#?}"
    );
    assert!(!log.contains("spans are lost"), "{log}");
}

/// A load balancer that does not say whether to record leaves it to us; one that says no is heard.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn load_balancers_trace_is_recorded_unless_it_says_no() {
    let moto = Moto::start().await;
    let mut suite = Suite::start(WORLD, exporting(moto.environment())).await;
    let mut recorded = Vec::new();
    for (trace, sampled) in
        [("a", ""), ("b", ";Sampled=?"), ("c", ";Sampled=1"), ("d", ";Sampled=0")]
    {
        let (time, rest) = (trace.repeat(8), trace.repeat(24));
        let call =
            told(&mut suite, "x-amzn-trace-id", &format!("Root=1-{time}-{rest}{sampled}")).await;
        assert_eq!(call.body["data"]["trace_id"], trace.repeat(32));
        recorded.push(trace.repeat(32));
    }
    stopped(&mut suite).await;

    let mut counts = Vec::new();
    for trace in recorded {
        counts.push(!moto.segments(&trace).await.is_empty());
    }
    assert_eq!(counts, [true, true, true, false]);
}

/// Where X-Ray does not answer, jobs go on, the process ends in time, and one line tells what was lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_xray_jobs_go_on_and_losses_are_told() {
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nowhere = format!("http://{nowhere}");
    let mut suite = Suite::start(WORLD, exporting(aws_environment(&nowhere))).await;
    let call = told(&mut suite, "traceparent", &format!("00-{TRACE}-{CALLER}-01")).await;
    assert_eq!(call.body["type"], "job.succeeded");
    let log = stopped(&mut suite).await;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("are lost")).collect();
    assert!(lines.iter().any(|line| line.contains("X-Ray")), "{log}");
    assert!(lines.len() <= 2 && !log.contains("canary-aws-key"), "{log}");
}

fn exporting(environment: Vec<(String, String)>) -> Setup {
    let mut setup = Setup::plain().with("telemetry.exporters", "xray");
    setup.environment.extend(environment);
    setup
}

/// What a job's webhook was told, after a request with this header.
async fn told(suite: &mut Suite, header: &str, value: &str) -> Call {
    let body = json!({ "input": sample(), "callback": { "url": suite.receiver.url } });
    let request = suite.request("POST", "/invocations").header(header, value).json(&body);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let id = answer["job_id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    let call = suite.told(&id).await;
    // Its span ends with the answer that the receiver gives.
    until("the delivery in the timeline", async || {
        let timeline = suite.get(&format!("/v1/jobs/{id}/timeline")).await;
        let entries = timeline["entries"].as_array()?;
        entries
            .iter()
            .any(|entry| entry["kind"] == "delivery" && entry["status"] == "ok")
            .then_some(())
    })
    .await;
    call
}

/// What the suite logged, once it has ended and so has sent its spans.
async fn stopped(suite: &mut Suite) -> String {
    suite.stop().await;
    suite.logs()
}

/// The names of the spans from the first one down to this one.
fn path(segment: &Value, segments: &[Value]) -> String {
    let name = name(segment);
    let above = segments.iter().find(|other| other["id"] == segment["parent_id"]);
    let above =
        above.map_or_else(|| text(&segment["parent_id"]).to_owned(), |above| path(above, segments));
    format!("{above} > {name}")
}

fn name(segment: &Value) -> &str {
    text(&segment["metadata"]["span.name"])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
