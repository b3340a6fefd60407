//! A webhook is told until it acknowledges, under one id; what cannot be delivered can be replayed.

use std::time::Duration;

use e2e::{Answer, Setup, Suite, everywhere, sample, until};
use serde_json::{Value, json};

everywhere! {
    /// Failures that may pass are tried again, with the same id and the same body.
    async fn failing_receiver_is_tried_again(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        suite.receiver.answer([
            Answer::Status(500, "down"),
            Answer::Status(404, "not yet published"),
            Answer::Status(200, "n8n is starting up. Please wait"),
            Answer::Status(409, "The execution \"16\" is running already."),
            Answer::Later(429, 1),
        ]);
        let id = suite.submit(json!({ "input": sample() })).await;
        let first = suite.told(&id).await;
        for _ in 0..5 {
            let again = suite.told(&id).await;
            assert_eq!((again.id, again.body), (first.id.clone(), first.body.clone()));
        }
        let delivery = when(&suite, &id, "delivered").await;
        let statuses: Vec<_> = delivery["attempts"].as_array().unwrap().iter().map(|a| a["status"].clone()).collect();
        assert_eq!(statuses, [500, 404, 200, 409, 429, 204]);
    }

    /// A receiver that is down is told as soon as it is up.
    async fn receiver_that_is_down_is_told_when_it_is_up(world: World) {
        let suite = Suite::start(world, Setup::plain()).await;
        let address = suite.nowhere();
        let body = json!({ "input": sample(), "callback": { "url": format!("http://{address}/hook") } });
        let (status, answer) = suite.post("/invocations", &body).await;
        assert_eq!(status, 202, "{answer}");
        let id = answer["job_id"].as_str().unwrap();
        until("a failed attempt", async || {
            let found = suite.get(&format!("/v1/jobs/{id}/deliveries")).await;
            let first = found["deliveries"][0]["attempts"][0].clone();
            first.is_object().then(|| assert_eq!(first["status"], Value::Null, "{found}"))
        })
        .await;

        let mut receiver = e2e::Receiver::at(&address).await;
        assert_eq!(receiver.next_of("job.succeeded").await.body["data"]["job_id"], id);
        when(&suite, id, "delivered").await;
    }

    /// A refusal is final: the delivery is given up, and a replay brings it under the same id.
    async fn refused_delivery_is_kept_and_can_be_replayed(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        suite.receiver.answer([Answer::Status(401, "who are you")]);
        let id = suite.submit(json!({ "input": sample() })).await;
        let first = suite.told(&id).await;
        let dead = when(&suite, &id, "dead").await;
        assert_eq!(dead["delivery_id"], json!(first.id));

        let (status, _) = suite.post(&format!("/v1/deliveries/{}/replay", first.id), &json!({})).await;
        assert_eq!(status, 200);
        let again = suite.told(&id).await;
        assert_eq!((again.id, again.body), (first.id, first.body));
        when(&suite, &id, "delivered").await;
    }

    /// A receiver that says nothing in time is tried again, and does not hold up another.
    async fn slow_receiver_does_not_hold_up_another(world: World) {
        let setup = Setup::plain().with("webhook.timeout", "1s");
        let mut suite = Suite::start(world, setup).await;
        let mut slow = e2e::Receiver::answering(vec![Answer::Slow(Duration::from_secs(60)); 8]).await;
        for number in 0..6 {
            let input = json!({ "title": format!("Slow {number}"), "description": "Rust" });
            let body = json!({ "input": input, "callback": { "url": slow.url } });
            assert_eq!(suite.post("/invocations", &body).await.0, 202);
        }
        slow.next().await;
        let id = suite.submit(json!({ "input": sample() })).await;
        suite.told(&id).await;
        when(&suite, &id, "delivered").await;
    }

    /// The URL goes out byte for byte, and no answer shows its query.
    async fn callback_url_is_kept_byte_for_byte(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let target = "/webhook-waiting/16/job%201?signature=abc%2Fdef&x='1'|a&empty=";
        let base = suite.receiver.url.trim_end_matches("/hook").to_owned();
        let body = json!({ "input": sample(), "callback": { "url": format!("{base}{target}") } });
        let (status, answer) = suite.post("/invocations", &body).await;
        assert_eq!(status, 202, "{answer}");
        let id = answer["job_id"].as_str().unwrap().to_owned();
        let call = suite.told(&id).await;
        assert_eq!(call.target, target);
        let delivery = when(&suite, &id, "delivered").await;
        assert!(!delivery["url"].as_str().unwrap().contains("signature"), "{delivery}");
    }

    /// Without a callback and without a configured webhook, the caller polls and nothing is delivered.
    async fn job_without_a_webhook_is_polled(world: World) {
        let suite = Suite::start(world, Setup::plain()).await;
        let (status, answer) = suite.post("/v1/jobs", &json!({ "input": sample() })).await;
        assert_eq!(status, 202, "{answer}");
        let job = suite.job_when(answer["job_id"].as_str().unwrap(), "succeeded").await;
        assert_eq!(job["deliveries"], json!([]));
    }

    /// The configured webhook is told where a job names none, with its own credentials; another callback never sees them.
    async fn configured_credentials_go_to_the_configured_webhook_only(world: World) {
        let mut own = e2e::Receiver::start().await;
        let setup = Setup::plain()
            .with("webhook.url", &own.url)
            .with("webhook.basic.user", "n8n")
            .with("webhook.basic.pass", "0123")
            .with("webhook.headers", "x-team=blue");
        let mut suite = Suite::start(world, setup).await;
        assert_eq!(suite.post("/invocations", &sample()).await.0, 202);
        let call = own.next().await;
        assert_eq!(call.headers["authorization"], "Basic bjhuOjAxMjM=");
        assert_eq!(call.headers["x-team"], "blue");

        let id = suite.submit(json!({ "input": sample() })).await;
        let other = suite.told(&id).await;
        assert!(!other.headers.contains_key("authorization") && !other.headers.contains_key("x-team"));
    }
}

/// The job's delivery, once it has this status.
async fn when(suite: &Suite, job: &str, status: &str) -> Value {
    until(&format!("the delivery of {job} to be {status}"), async || {
        let found = suite.get(&format!("/v1/jobs/{job}/deliveries")).await;
        Some(found["deliveries"][0].clone()).filter(|delivery| delivery["status"] == status)
    })
    .await
}
