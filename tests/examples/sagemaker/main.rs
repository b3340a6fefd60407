//! `make demo-sagemaker`: one job through the platform's front door to a verified webhook, and its tree in X-Ray.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a demonstration shows, and stops where it cannot"
)]
#![allow(clippy::disallowed_methods, reason = "it stands outside of the product, as a test does")]

mod tree;

use std::time::Instant;

use e2e::{Hosted, Hosting, Mode, Moto, Setup, Store, id, sample, succeeded};
use serde_json::{Value, json};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
const ATTRIBUTES: &str = "x-amzn-sagemaker-custom-attributes";

#[tokio::main]
async fn main() {
    let began = Instant::now();
    say("1. Something that speaks X-Ray's API listens on loopback (moto), in AWS's place.");
    let moto = Moto::start().await;
    // Its first call takes longest, and an exporter does not wait that long.
    moto.segments(TRACE).await;
    say(
        "2. The platform starts one container (`throughline serve`): no key, a store that may vanish.",
    );
    let mut setup = Setup::plain().with("telemetry.exporters", "xray");
    setup.environment.extend(moto.environment());
    let hosting = Hosting { mode: Mode::Single, store: Store::Sqlite };
    let mut hosted = Hosted::start(hosting, setup).await;
    let container = hosted.instance().containers()[0].url();
    let took = began.elapsed().as_secs_f64();
    say(&format!("   GET {container}/ping answers 200: in service after {took:.1} s."));
    let job = hand_in(&hosted).await;
    follow(&mut hosted, &job).await;
    let stopped = hosted.endpoint.scale_in(&hosted.instance()).await;
    let (code, took) = (stopped[0].code, stopped[0].took.as_secs_f64());
    say(&format!(
        "6. Scaled in: SIGTERM, ended with {code:?} after {took:.1} s, its last spans sent."
    ));
    let documents = moto.segments(TRACE).await;
    assert!(!documents.is_empty(), "X-Ray has no trace {TRACE}");
    say(&format!(
        "7. The trace in X-Ray, {} documents read back with BatchGetTraces:\n",
        documents.len()
    ));
    say(&tree::drawn(&documents, CALLER));
    say(&format!("Done in {:.1} s.", began.elapsed().as_secs_f64()));
}

async fn hand_in(hosted: &Hosted) -> String {
    let url = format!("{}/endpoints/{}/invocations", hosted.platform.url(), e2e::ENDPOINT);
    say(&format!("3. A signed InvokeEndpoint: POST {url}"));
    let attributes = format!("traceparent=00-{TRACE}-{CALLER}-01");
    say(&format!("   The trace travels in X-Amzn-SageMaker-Custom-Attributes: {attributes}"));
    let body = json!({ "input": sample(), "callback": { "url": hosted.receiver.url } });
    let accepted = succeeded(&hosted.invoke(&[(ATTRIBUTES, &attributes)], &body).await);
    say(&format!("   Accepted: job {}, poll with {}", accepted["job_id"], accepted["poll"]));
    id(&accepted)
}

async fn follow(hosted: &mut Hosted, job: &str) {
    let call = hosted.told(job).await;
    let data = &call.body["data"];
    say(&format!(
        "4. The webhook was called: {}, signature verified, webhook-id {}",
        call.body["type"], call.id
    ));
    say(&format!("   traceparent {}", call.headers["traceparent"].to_str().unwrap()));
    say(&format!("   {}", shortened(&data["result"]["proposal"])));
    let status = hosted.job_when(job, "succeeded").await;
    say(&format!(
        "5. {{\"op\":\"status\"}} through InvokeEndpoint says {}, and that this is only a sample: {}",
        status["status"], status["degraded"]
    ));
}

fn say(text: &str) {
    println!("{text}");
}

/// The beginning of a text, on one line.
fn shortened(text: &Value) -> String {
    let line: Vec<_> = text.as_str().unwrap_or_default().split_whitespace().collect();
    let line: String = line.join(" ").chars().take(100).collect();
    format!("\"{line}...\"")
}
