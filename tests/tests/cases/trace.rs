//! One trace, from the caller's header to the webhook's, whether or not anything records it.

use e2e::{Provider, Setup, Suite, everywhere, sample};
use serde_json::json;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

everywhere! {
    /// Nothing is exported and logs are at `warn`, and still every hop knows the caller's trace.
    async fn callers_trace_reaches_every_hop_and_the_webhook(world: World) {
        let mut provider = Provider::start().await;
        let setup = Setup::plain()
            .with("log.level", "warn")
            .with("generation.openai.base_url", &provider.url)
            .with("generation.openai.api_key", "sk-test");
        let mut suite = Suite::start(world, setup).await;
        let body = json!({ "input": sample(), "callback": { "url": suite.receiver.url } });
        let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let request = suite.request("POST", "/invocations").header("traceparent", parent).json(&body);
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["trace_id"], TRACE);

        assert_eq!(trace_of(&provider.next().await.traceparent), TRACE);
        let call = suite.told(answer["job_id"].as_str().unwrap()).await;
        assert_eq!(trace_of(call.headers["traceparent"].to_str().unwrap()), TRACE);
        assert_eq!(call.body["data"]["trace_id"], TRACE);
    }

    /// A header that is no trace, and the all-zero one, are replaced by a trace of our own.
    async fn invalid_trace_is_replaced(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        for parent in [
            "00-00000000000000000000000000000000-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "garbage",
        ] {
            let body = json!({ "input": sample(), "callback": { "url": suite.receiver.url } });
            let request = suite.request("POST", "/invocations").header("traceparent", parent).json(&body);
            let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
            let trace = answer["trace_id"].as_str().unwrap().to_owned();
            assert!(trace.len() == 32 && !trace.trim_matches('0').is_empty() && trace != TRACE.to_uppercase(), "{answer}");
            let call = suite.told(answer["job_id"].as_str().unwrap()).await;
            assert_eq!(trace_of(call.headers["traceparent"].to_str().unwrap()), trace, "{parent}");
        }
    }

    /// A trace in the body counts where no header has one.
    async fn trace_in_the_body_is_continued(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let trace = json!({ "traceparent": format!("00-{TRACE}-00f067aa0ba902b7-00") });
        let id = suite.submit(json!({ "input": sample(), "trace": trace })).await;
        let call = suite.told(&id).await;
        assert_eq!(trace_of(call.headers["traceparent"].to_str().unwrap()), TRACE);
    }

    /// The timeline names every stretch of the job, each below the span it belongs to.
    async fn timeline_shows_every_stretch(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let id = suite.submit(json!({ "input": sample() })).await;
        suite.told(&id).await;
        let timeline = e2e::until("the delivery in the timeline", async || {
            let timeline = suite.get(&format!("/v1/jobs/{id}/timeline")).await;
            let entries = timeline["entries"].as_array().unwrap().clone();
            let is_done = entries.iter().any(|e| e["kind"] == "delivery" && e["status"] == "ok");
            is_done.then_some(entries)
        })
        .await;
        let kinds: Vec<_> = timeline
            .iter()
            .map(|e| format!("{} {}", e["kind"].as_str().unwrap(), e["name"].as_str().unwrap_or_default()))
            .map(|name| if name.starts_with("delivery") { "delivery".to_owned() } else { name.trim().to_owned() })
            .collect();
        assert_eq!(
            kinds,
            [
                "accept", "queued", "attempt", "step analysis", "step evidence", "step best", "step draft",
                "step checked", "delivery",
            ]
        );
        let attempt = timeline.iter().find(|e| e["kind"] == "attempt").unwrap();
        for step in timeline.iter().filter(|e| e["kind"] == "step") {
            assert_eq!(step["parent_span_id"], attempt["span_id"], "{step}");
        }
    }
}

fn trace_of(parent: &str) -> &str {
    parent.split('-').nth(1).unwrap_or_default()
}
