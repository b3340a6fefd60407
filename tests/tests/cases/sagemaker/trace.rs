//! One trace, though the platform strips its header: by the custom attributes or by the body, to the webhook.

use e2e::{Call, Hosted, Provider, Setup, hosted, id, sample, succeeded};
use serde_json::json;

use crate::sagemaker::jobs::with_model;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const OTHER: &str = "00-11111111111111111111111111111111-2222222222222222-01";
const ATTRIBUTES: &str = "x-amzn-sagemaker-custom-attributes";

hosted! {
    /// The trace in the custom attributes goes through every hop, and comes back in them.
    async fn trace_in_the_attributes_is_continued(hosting: Hosting) {
        let mut provider = Provider::start().await;
        let mut hosted = Hosted::start(hosting, with_model(&provider)).await;
        let body = json!({ "input": sample(), "callback": { "url": hosted.receiver.url } });
        let attributes = format!("traceparent={PARENT};note=kept");
        let answer = hosted.invoke(&[(ATTRIBUTES, &attributes), ("traceparent", OTHER)], &body).await;
        let accepted = succeeded(&answer);
        assert_eq!(accepted["trace_id"], TRACE, "the platform strips traceparent: {accepted}");
        let echo = answer.headers[ATTRIBUTES].to_str().unwrap();
        assert!(echo.contains(&format!("traceparent=00-{TRACE}-")) && echo.contains("note=kept"), "{echo}");

        assert_eq!(trace_of(&provider.next().await.traceparent), TRACE);
        let call = hosted.told(&id(&accepted)).await;
        assert_eq!((told(&call), &call.body["data"]["trace_id"]), (TRACE, &json!(TRACE)));
    }

    /// So does the trace in the body, where the attributes have none.
    async fn trace_in_the_body_is_continued(hosting: Hosting) {
        let mut hosted = Hosted::start(hosting, Setup::plain()).await;
        let trace = json!({ "traceparent": PARENT });
        let body = json!({ "input": sample(), "trace": trace, "callback": { "url": hosted.receiver.url } });
        let answer = hosted.invoke(&[(ATTRIBUTES, "idem=t-1"), ("x-amzn-trace-id", "Root=1-11111111-111111111111111111111111")], &body).await;
        let accepted = succeeded(&answer);
        assert_eq!(accepted["trace_id"], TRACE, "{accepted}");
        let call = hosted.told(&id(&accepted)).await;
        assert_eq!(told(&call), TRACE);
    }
}

fn told(call: &Call) -> &str {
    trace_of(call.headers["traceparent"].to_str().unwrap())
}

fn trace_of(parent: &str) -> &str {
    parent.split('-').nth(1).unwrap_or_default()
}
