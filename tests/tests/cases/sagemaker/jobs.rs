//! A job goes in by `InvokeEndpoint` and comes out at the webhook.

use e2e::{Hosted, Provider, Setup, hosted, id, sample, succeeded};
use serde_json::{Value, json};

const ATTRIBUTES: &str = "x-amzn-sagemaker-custom-attributes";

hosted! {
    /// Accepted at once, with how to ask for it and no URL that nobody can reach; told by a signed webhook.
    async fn job_reaches_the_webhook(hosting: Hosting) {
        let mut hosted = Hosted::start(hosting, Setup::plain()).await;
        hosted.put("portfolio", "ledger", "A ledger for card payments, written in Rust on Postgres.").await;
        let body = json!({ "input": sample(), "callback": { "url": hosted.receiver.url } });
        let accepted = hosted.ask(&body).await;
        let job = id(&accepted);
        assert_eq!(accepted["status_url"], Value::Null, "{accepted}");
        assert_eq!(accepted["poll"], json!({ "op": "status", "job_id": job }));

        let call = hosted.told(&job).await;
        assert_eq!(call.body["type"], "job.succeeded");
        assert_eq!(call.body["data"]["result"]["citations"][0]["document_id"], "ledger", "{}", call.body);
        let polled = hosted.job_when(&job, "succeeded").await;
        assert_eq!(polled["result"], call.body["data"]["result"]);
    }

    /// A model writes and is paid, and both the answer and the usage come to the webhook.
    async fn model_writes(hosting: Hosting) {
        let provider = Provider::start().await;
        let mut hosted = Hosted::start(hosting, with_model(&provider)).await;
        let job = hosted.submit(json!({ "input": sample() })).await;
        let call = hosted.told(&job).await;
        assert_eq!(call.body["data"]["result"]["provider"], "openai", "{}", call.body);
        assert_eq!((&call.body["data"]["usage"]["input_tokens"], provider.count()), (&json!(200), 2));
    }

    /// The bare input of the default flow is a job too.
    async fn bare_input_is_a_job(hosting: Hosting) {
        let hosted = Hosted::start(hosting, Setup::plain()).await;
        let job = id(&hosted.ask(&sample()).await);
        hosted.job_when(&job, "succeeded").await;
    }

    /// A caller that waits gets the job in the answer, and one that waits longer than the platform lets it gets the id.
    async fn waiting_caller_gets_the_job_or_its_id(hosting: Hosting) {
        let provider = Provider::held().await;
        let mut hosted = Hosted::start(hosting, with_model(&provider).with("gateway.max_wait", "2s")).await;
        let body = json!({ "input": sample(), "wait_s": 3600, "callback": { "url": hosted.receiver.url } });
        let accepted = hosted.ask(&body).await;
        assert_eq!((&accepted["poll"]["op"], accepted["status"].is_string()), (&json!("status"), true), "{accepted}");

        provider.let_through(2);
        hosted.told(&id(&accepted)).await;
        provider.let_through(2);
        let job = hosted.ask(&body).await;
        assert_eq!(job["status"], "succeeded", "{job}");
        hosted.told(&id(&job)).await;
    }

    /// Sent twice under one key, in the body or by the custom attributes, it is one job; with another input it is refused.
    async fn same_key_is_the_same_job(hosting: Hosting) {
        let mut hosted = Hosted::start(hosting, Setup::plain()).await;
        let url = hosted.receiver.url.clone();
        let plain = json!({ "input": sample(), "callback": { "url": url } });
        let mut keyed = plain.clone();
        keyed["idempotency_key"] = json!("k-1");
        let first = id(&hosted.ask(&keyed).await);
        let attributes = [(ATTRIBUTES, "idem=k-1")];
        for (headers, body) in [(&[][..], &keyed), (&attributes[..], &plain), (&attributes[..], &keyed)] {
            assert_eq!(id(&succeeded(&hosted.invoke(headers, body).await)), first);
        }
        hosted.told(&first).await;

        keyed["input"]["title"] = json!("Something else");
        let (status, problem) = hosted.refusal(&keyed).await;
        assert_eq!((status, &problem["code"]), (422, &json!("key_reused")), "{problem}");
        let contradicting = hosted.invoke(&[(ATTRIBUTES, "idem=k-2")], &keyed).await;
        assert_eq!(contradicting.original().0, 400, "{contradicting:?}");
    }

    /// Cancelled by an op, it ends as cancelled, which is told as well.
    async fn job_is_cancelled_by_an_op(hosting: Hosting) {
        let mut provider = Provider::held().await;
        let mut hosted = Hosted::start(hosting, with_model(&provider)).await;
        let job = hosted.submit(json!({ "input": sample() })).await;
        provider.next().await;
        hosted.ask(&json!({ "op": "cancel", "job_id": job })).await;
        let call = hosted.told(&job).await;
        assert_eq!(call.body["type"], "job.cancelled");
        assert_eq!(hosted.job(&job).await["status"], "cancelled");
    }
}

pub(super) fn with_model(provider: &Provider) -> Setup {
    Setup::plain()
        .with("generation.openai.base_url", &provider.url)
        .with("generation.openai.api_key", "sk-test")
}
