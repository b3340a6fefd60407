//! The platform's bounds of time and size.

use std::time::Duration;

use e2e::{Hosted, Provider, Setup, hosted, id, sample};
use sagemaker_kit::Limits;
use serde_json::json;

use crate::sagemaker::jobs::with_model;

const MIB: usize = 1024 * 1024;

hosted! {
    /// Over 6 MiB the gateway refuses with a reason; over 25 MB the platform does.
    async fn large_bodies_are_refused_with_a_reason(hosting: Hosting) {
        let hosted = Hosted::start(hosting, Setup::plain()).await;
        let (status, problem) = hosted.refusal(&sized(7 * MIB)).await;
        assert_eq!((status, &problem["code"]), (413, &json!("body_too_large")), "{problem}");
        let answer = hosted.invoke(&[], &sized(25 * MIB)).await;
        assert_eq!((answer.status, answer.error()), (413, None));
        hosted.ask(&json!({ "op": "status", "job_id": id(&hosted.ask(&sample()).await) })).await;
    }

    /// With a higher limit set, what the platform lets through is taken in.
    async fn body_that_the_setting_allows_is_taken(hosting: Hosting) {
        let hosted = Hosted::start(hosting, Setup::plain().with("gateway.body_limit", "25MB")).await;
        let (status, problem) = hosted.refusal(&sized(23 * MIB)).await;
        assert_ne!(problem["code"], "body_too_large", "{status} {problem}");
        assert_eq!(hosted.endpoint.beyond_safe(), 1);
    }

    /// A caller whose time the platform cuts off loses the answer and not the job.
    async fn cut_off_caller_loses_no_job(hosting: Hosting) {
        let mut provider = Provider::held().await;
        let mut hosted = Hosted::shaped(hosting, with_model(&provider), |plan| {
            plan.limits = Limits { answer: Duration::from_secs(2), ..plan.limits.clone() };
        })
        .await;
        let body = json!({ "input": sample(), "wait_s": 30, "callback": { "url": hosted.receiver.url } });
        let answer = hosted.invoke(&[], &body).await;
        assert_eq!((answer.status, &answer.json()["OriginalStatusCode"]), (424, &json!(0)), "{answer:?}");

        provider.next().await;
        provider.let_through(2);
        let call = hosted.receiver.next_of("job.succeeded").await;
        let job = call.body["data"]["job_id"].as_str().unwrap();
        assert_eq!(hosted.job(job).await["status"], "succeeded");
    }
}

/// An envelope of about this size.
fn sized(bytes: usize) -> serde_json::Value {
    json!({ "input": { "title": "x", "description": "y".repeat(bytes) } })
}
