//! A job that takes too long expires, and says so.

use e2e::{Provider, Setup, Suite, everywhere, sample};
use serde_json::json;

everywhere! {
    /// Held up in a step, the job expires when its time is over, and its webhook is told.
    async fn held_up_job_expires(world: World) {
        let provider = Provider::held().await;
        let setup = Setup::plain()
            .with("generation.openai.base_url", &provider.url)
            .with("generation.openai.api_key", "sk-test");
        let mut suite = Suite::start(world, setup).await;
        let id = suite.submit(json!({ "input": sample(), "deadline_s": 2 })).await;

        let call = suite.told(&id).await;
        assert_eq!(call.body["type"], "job.expired", "{}", call.body);
        assert_eq!(call.body["data"]["error"]["code"], "deadline_exceeded");
    }

    /// A job whose time is over before a worker was free expires without having begun.
    async fn job_that_never_began_expires(world: World) {
        let mut provider = Provider::held().await;
        let setup = Setup::plain()
            .with("jobs.workers", "1")
            .with("generation.openai.base_url", &provider.url)
            .with("generation.openai.api_key", "sk-test");
        let mut suite = Suite::start(world, setup).await;
        let first = suite.submit(json!({ "input": sample() })).await;
        provider.next().await;
        let second = suite.submit(json!({ "input": sample(), "deadline_s": 1 })).await;

        let call = suite.told(&second).await;
        assert_eq!(call.body["type"], "job.expired", "{}", call.body);
        assert_eq!(call.body["data"]["attempts"], 0);
        provider.let_through(8);
        suite.told(&first).await;
    }

    /// A provider that fails for a while is tried again within the deadline.
    async fn failing_provider_is_tried_again(world: World) {
        let mut provider = Provider::start().await;
        provider.answer_with(503);
        let setup = Setup::plain()
            .with("generation.openai.base_url", &provider.url)
            .with("generation.openai.api_key", "sk-test");
        let mut suite = Suite::start(world, setup).await;
        let id = suite.submit(json!({ "input": sample() })).await;
        provider.next().await;
        provider.answer_with(200);
        let call = suite.told(&id).await;
        assert_eq!(call.body["data"]["status"], "succeeded", "{}", call.body);
    }
}
