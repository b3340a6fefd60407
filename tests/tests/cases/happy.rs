//! A job goes from the caller to the signed webhook, and its result stands on what is known.

use e2e::{Provider, Setup, Store, Suite, everywhere, sample};
use serde_json::{Value, json};

everywhere! {
    /// Nothing but the bare input: the default flow answers from what was put in.
    async fn job_reaches_the_webhook_with_its_result(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        put(&suite, "portfolio", "ledger", "A ledger for card payments, written in Rust on Postgres.").await;
        let id = suite.submit(json!({ "input": sample(), "correlation": { "row": 7 } })).await;

        let call = suite.told(&id).await;
        assert_eq!(call.body["type"], "job.succeeded");
        let job = &call.body["data"];
        assert_eq!(job["status"], "succeeded");
        assert_eq!(job["correlation"], json!({ "row": 7 }));
        assert_eq!(job["result"]["provider"], "local");
        assert_eq!(job["result"]["citations"][0]["document_id"], "ledger");
        assert!(job["result"]["proposal"].as_str().unwrap().contains("[1]"), "{job}");
        assert!(!degraded(job).contains(&"sample_corpus"), "{job}");
        assert!(degraded(job).contains(&"dense: absent"), "{job}");

        let asked = suite.job_when(&id, "succeeded").await;
        assert_eq!(asked["result"], job["result"]);
        assert_eq!(asked["deliveries"][0]["delivery_id"], json!(call.id));
    }

    /// With nothing put in, the embedded store answers from the sample, and Postgres without evidence.
    async fn empty_portfolio_is_answered_honestly(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let id = suite.submit(json!({ "input": sample() })).await;

        let call = suite.told(&id).await;
        let job = &call.body["data"];
        assert_eq!(job["status"], "succeeded", "{job}");
        let citations = job["result"]["citations"].as_array().unwrap().len();
        match world.store {
            Store::Sqlite => {
                assert!(degraded(job).contains(&"sample_corpus"), "{job}");
                assert!(citations > 0, "{job}");
            }
            Store::Postgres => {
                assert!(!degraded(job).contains(&"sample_corpus"), "{job}");
                assert_eq!(citations, 0, "{job}");
            }
        }
    }

    /// With a model behind it, the result says whose it is and what it cost, and loose citations are gone.
    async fn model_writes_and_the_check_removes_what_it_made_up(world: World) {
        let provider = Provider::start().await;
        let setup = Setup::plain()
            .with("generation.openai.base_url", &provider.url)
            .with("generation.openai.api_key", "sk-test");
        let mut suite = Suite::start(world, setup).await;
        for name in ["one", "two"] {
            put(&suite, "portfolio", name, &format!("Project {name}: a Rust ledger for card payments.")).await;
        }
        let id = suite.submit(json!({ "input": sample() })).await;

        let call = suite.told(&id).await;
        let job = &call.body["data"];
        assert_eq!(job["status"], "succeeded", "{job}");
        let result = &job["result"];
        assert_eq!(result["provider"], "openai");
        assert!(!result["proposal"].as_str().unwrap().contains("[99]"), "{result}");
        let markers: Vec<_> = result["citations"].as_array().unwrap().iter().map(|c| &c["marker"]).collect();
        assert_eq!(markers, ["[1]", "[2]"]);
        assert!(result["confidence"].as_f64().unwrap() < 0.9, "{result}");
        assert_eq!(job["usage"]["input_tokens"], 200);
        assert_eq!(job["usage"]["calls"].as_array().unwrap().len(), 2);
        assert_eq!(provider.count(), 2);
    }

    /// A caller that waits gets the job on the same connection.
    async fn waiting_caller_gets_the_job(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let body = json!({ "input": sample(), "wait_s": 20, "callback": { "url": suite.receiver.url } });
        let (status, job) = suite.post("/invocations", &body).await;
        assert_eq!((status, &job["status"]), (200, &json!("succeeded")), "{job}");
        suite.told(job["job_id"].as_str().unwrap()).await;
    }

    /// A collection that the caller names and that is missing ends the job, at once and for good.
    async fn missing_collection_ends_the_job(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let mut input = sample();
        input["collection"] = json!("nowhere");
        let id = suite.submit(json!({ "input": input })).await;

        let call = suite.told(&id).await;
        assert_eq!(call.body["type"], "job.failed");
        let job = &call.body["data"];
        assert_eq!(job["error"]["code"], "collection_not_found");
        assert_eq!((&job["error"]["retryable"], &job["attempts"]), (&json!(false), &json!(1)));
    }
}

fn degraded(job: &Value) -> Vec<&str> {
    job["degraded"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

pub(crate) async fn put(suite: &Suite, collection: &str, id: &str, text: &str) {
    let path = format!("/v1/collections/{collection}/documents/{id}");
    let body = json!({ "text": text, "title": id, "metadata": { "kind": "test" } });
    let answer = suite.request("PUT", &path).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
}
