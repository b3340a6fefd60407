//! Nothing accepted is lost, whatever is killed and when.

use std::collections::HashSet;

use e2e::{Provider, Setup, Suite, killable, sample, until};
use serde_json::json;

killable! {
    /// Killed in the middle of a step, the job goes on at its last checkpoint: no finished step is paid twice.
    async fn killed_in_mid_step_resumes_at_its_checkpoint(world: World) {
        let mut provider = Provider::held().await;
        let mut suite = Suite::start(world, with_model(&provider)).await;
        let id = suite.submit(json!({ "input": sample() })).await;
        provider.next().await;
        provider.let_through(1);
        provider.next().await;

        suite.kill("jobs").await;
        suite.revive("jobs").await;
        let again = provider.next().await;
        provider.let_through(8);

        let call = suite.told(&id).await;
        assert_eq!(call.body["data"]["status"], "succeeded", "{}", call.body);
        assert_eq!(call.body["data"]["attempts"], 2);
        let is_draft = again.body["response_format"].is_null();
        assert!(is_draft, "the analysis was paid twice: {}", again.body);
        assert_eq!(provider.count(), 3);
    }

    /// Killed again and again while jobs come in: every job ends, and the receiver sees one id a job.
    async fn killed_again_and_again_every_job_ends_once(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        let mut submitted = HashSet::new();
        for round in 0..4 {
            for number in 0..5 {
                let mut input = sample();
                input["title"] = json!(format!("Job {round}.{number}"));
                submitted.insert(suite.submit(json!({ "input": input })).await);
            }
            suite.kill("jobs").await;
            suite.revive("jobs").await;
        }
        let mut ids = std::collections::HashMap::new();
        while ids.len() < submitted.len() {
            let call = suite.receiver.next().await;
            let job = call.body["data"]["job_id"].as_str().unwrap().to_owned();
            assert_eq!(call.body["type"], "job.succeeded", "{}", call.body);
            let first = ids.entry(job).or_insert_with(|| call.id.clone());
            assert_eq!(*first, call.id, "one job, two webhook ids");
        }
        assert_eq!(ids.keys().cloned().collect::<HashSet<_>>(), submitted);
        // What was told but not noted before a kill is told again, maybe after all others.
        for id in &submitted {
            until("its delivery", async || {
                let found = suite.get(&format!("/v1/jobs/{id}/deliveries")).await;
                (found["deliveries"][0]["status"] == "delivered").then_some(())
            })
            .await;
        }
        for call in suite.receiver.unread() {
            let job = call.body["data"]["job_id"].as_str().unwrap();
            assert_eq!(ids[job], call.id, "one job, two webhook ids");
        }
    }

    /// Killed before its delivery was acknowledged, the job is not run again, and the delivery keeps its id.
    async fn killed_before_the_acknowledgement_delivers_again_under_one_id(world: World) {
        let mut suite = Suite::start(world, Setup::plain()).await;
        suite.receiver.answer([e2e::Answer::Slow(std::time::Duration::from_secs(20))]);
        let id = suite.submit(json!({ "input": sample() })).await;
        let first = suite.told(&id).await;

        suite.kill("jobs").await;
        suite.revive("jobs").await;
        let second = suite.told(&id).await;
        assert_eq!(second.id, first.id);
        assert_eq!(second.body, first.body);
        assert_eq!(suite.job(&id).await["attempts"], 1);
    }
}

fn with_model(provider: &Provider) -> Setup {
    Setup::plain()
        .with("generation.openai.base_url", &provider.url)
        .with("generation.openai.api_key", "sk-test")
}
