//! The same request again is the same job.

use e2e::{Setup, Suite, everywhere, sample};
use serde_json::json;

everywhere! {
    /// Sent twice under one key, by header or in the body, it is one job and one delivery.
    async fn same_key_is_the_same_job(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let body = json!({ "input": sample(), "idempotency_key": "k-1" });
        let first = suite.submit(body.clone()).await;
        assert_eq!(suite.submit(body).await, first);
        let bare = json!({ "input": sample(), "callback": { "url": suite.receiver.url } });
        let request = suite.request("POST", "/v1/jobs").header("idempotency-key", "\"k-1\"").json(&bare);
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["job_id"], json!(first), "{answer}");
        suite.told(&first).await;
        suite.job_when(&first, "succeeded").await;
        assert_eq!(suite.get("/v1/jobs").await["jobs"].as_array().unwrap().len(), 1);
    }

    /// The key of another request is refused, and names no job.
    async fn key_of_another_request_is_refused(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let first = suite.submit(json!({ "input": sample(), "idempotency_key": "k-1" })).await;
        let mut input = sample();
        input["title"] = json!("Something else");
        let body = json!({ "input": input, "idempotency_key": "k-1", "callback": { "url": suite.receiver.url } });
        let (status, answer) = suite.post("/invocations", &body).await;
        assert_eq!((status, &answer["code"]), (422, &json!("key_reused")), "{answer}");
        suite.told(&first).await;
    }

    /// Sent many times at once, it is one job.
    async fn many_at_once_are_one_job(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let body = json!({ "input": sample(), "idempotency_key": "k-1" });
        let all = (0..20).map(|_| suite.submit(body.clone()));
        let ids: std::collections::HashSet<_> = futures_util::future::join_all(all).await.into_iter().collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
        suite.told(ids.iter().next().unwrap()).await;
    }
}
