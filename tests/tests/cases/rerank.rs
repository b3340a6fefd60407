//! A model orders the passages of a job, and a job does without it where it must.

use e2e::{Cohere, Mood, Setup, Suite, everywhere, sample};
use serde_json::{Value, json};

use crate::happy::put;

everywhere! {
    /// What the model likes best is what the job cites first, and the job says what that cost.
    async fn model_orders_the_passages(world: World) {
        let mut cohere = Cohere::preferring("Zebra").await;
        let mut suite = with_three_projects(world, &cohere).await;
        let id = suite.submit(json!({ "input": sample() })).await;

        let call = suite.told(&id).await;
        let job = &call.body["data"];
        assert_eq!(job["status"], "succeeded", "{job}");
        assert_eq!(job["result"]["citations"][0]["document_id"], "three", "{job}");
        assert!(reasons(job).is_empty(), "{job}");
        let calls = job["usage"]["calls"].as_array().unwrap();
        let rerank = calls.iter().find(|call| call["provider"] == "cohere").unwrap();
        assert_eq!((&rerank["step"], &rerank["model"]), (&json!("best"), &json!("rerank-v3.5")));
        assert_eq!((&rerank["search_units"], &rerank["cost_usd"]), (&json!(1), &json!(0.002)));
        let asked = cohere.next().await;
        assert_eq!((asked["documents"].as_array().unwrap().len(), &asked["query"]), (3, &sample()["title"]));
    }

    /// A model that throttles, fails, hangs or talks nonsense costs a job its order, and nothing more.
    async fn job_does_without_the_model(world: World) {
        let cohere = Cohere::preferring("Zebra").await;
        let mut suite = with_three_projects(world, &cohere).await;
        for (mood, reason) in [
            (Mood::Status(429), "cohere: throttled"),
            (Mood::Status(500), "cohere: unavailable"),
            (Mood::Status(401), "cohere: key denied"),
            (Mood::Garbage, "cohere: malformed answer"),
            (Mood::Beyond, "cohere: malformed answer"),
            (Mood::Silence, "cohere: timeout"),
        ] {
            cohere.answer(mood);
            let id = suite.submit(json!({ "input": sample() })).await;
            let call = suite.told(&id).await;
            let job = &call.body["data"];
            assert_eq!((&job["status"], &job["attempts"]), (&json!("succeeded"), &json!(1)), "{mood:?}: {job}");
            assert_eq!(reasons(job), [reason], "{mood:?}: {job}");
            assert!(!job["result"]["citations"].as_array().unwrap().is_empty(), "{job}");
        }
    }

    /// Without a key nobody is asked, and the job says so once.
    async fn without_a_key_the_job_says_so(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        put(&suite, "portfolio", "ledger", "A ledger for card payments, written in Rust.").await;
        let id = suite.submit(json!({ "input": sample() })).await;

        let call = suite.told(&id).await;
        assert_eq!(reasons(&call.body["data"]), ["cohere: no credentials"]);
    }
}

async fn with_three_projects(world: e2e::World, cohere: &Cohere) -> Suite {
    let setup = Setup::plain()
        .with("rerank.cohere.base_url", &cohere.url)
        .with("rerank.cohere.api_key", "co-test")
        .with("rerank.cohere.timeout", "2s")
        .with("rerank.cohere.retry.first_wait", "10ms");
    let suite = Suite::start(world, setup).await;
    for (name, text) in [
        ("one", "A Rust ledger for card payments with an audit trail."),
        ("two", "Card payments in Rust, with exports for accountants."),
        ("three", "Zebra: the ledger of a bank, for card payments."),
    ] {
        put(&suite, "portfolio", name, text).await;
    }
    suite
}

/// What the job says of the stage.
fn reasons(job: &Value) -> Vec<&str> {
    let degraded = job["degraded"].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
    degraded.filter(|text| text.starts_with("cohere")).collect()
}
