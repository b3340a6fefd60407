//! Endpoints that share a Postgres share their jobs.

use e2e::{Hosted, Provider, hosted_together, id, sample, succeeded};
use serde_json::json;

use crate::sagemaker::jobs::with_model;

hosted_together! {
    /// A job that one endpoint accepted is finished by the other, and both know how it is.
    async fn job_of_one_endpoint_is_finished_by_the_other(hosting: Hosting) {
        let mut provider = Provider::held().await;
        let mut hosted = Hosted::start(hosting, with_model(&provider)).await;
        let other = hosted.another("second").await;
        let body = json!({ "input": sample(), "callback": { "url": hosted.receiver.url } });
        let job = id(&succeeded(&hosted.invoke(&[], &body).await));
        provider.next().await;
        let question = json!({ "op": "status", "job_id": job });
        let seen = succeeded(&hosted.invoke_at("second", &[], &question).await);
        assert_eq!(seen["status"], "running", "{seen}");

        for instance in hosted.endpoint.instances() {
            hosted.endpoint.scale_in(&instance).await;
        }
        provider.let_through(8);
        let call = hosted.told(&job).await;
        assert_eq!(call.body["data"]["status"], "succeeded", "{}", call.body);
        let ended = succeeded(&hosted.invoke_at("second", &[], &question).await);
        assert_eq!(ended["result"], call.body["data"]["result"]);
        assert_eq!(other.instances().len(), 1);
    }
}
