//! A job stops when it is asked to, wherever it is.

use e2e::{Provider, Setup, Suite, everywhere, sample};
use serde_json::json;

everywhere! {
    /// A running job stops in the middle of its step, and its webhook is told.
    async fn running_job_stops(world: World) {
        let mut provider = Provider::held().await;
        let setup = Setup::plain()
            .with("generation.openai.base_url", &provider.url)
            .with("generation.openai.api_key", "sk-test");
        let mut suite = Suite::start(world, setup).await;
        let id = suite.submit(json!({ "input": sample() })).await;
        provider.next().await;

        let (status, _) = suite.post(&format!("/v1/jobs/{id}/cancel"), &json!({})).await;
        assert_eq!(status, 200);
        let call = suite.told(&id).await;
        assert_eq!(call.body["type"], "job.cancelled");
        assert_eq!(suite.job(&id).await["status"], "cancelled");
    }

    /// A job that waits for its time stops at once.
    async fn waiting_job_stops_at_once(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let id = suite.submit(json!({ "input": sample(), "run_at": e2e::tomorrow(), "deadline_s": 80_000 })).await;
        let (status, job) = suite.post(&format!("/v1/jobs/{id}/cancel"), &json!({})).await;
        assert_eq!((status, &job["status"]), (200, &json!("cancelled")), "{job}");
        assert_eq!(suite.told(&id).await.body["type"], "job.cancelled");
    }

    /// A job that has ended stays as it is.
    async fn ended_job_stays_as_it_is(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let id = suite.submit(json!({ "input": sample() })).await;
        suite.told(&id).await;
        let (status, job) = suite.post(&format!("/v1/jobs/{id}/cancel"), &json!({})).await;
        assert_eq!((status, &job["status"]), (200, &json!("succeeded")), "{job}");
    }
}
