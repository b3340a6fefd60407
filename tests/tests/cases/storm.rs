//! Many at once: kills while jobs pour in, more callers than there is room for, a stop under load.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use e2e::{Provider, Setup, Suite, everywhere, killable, sample, until, within};
use futures_util::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};

/// Who is killed, in this order, each after so many more calls of the model.
const KILLS: [&str; 6] = ["jobs", "generation", "gateway", "jobs", "retrieval", "jobs"];
const CALLS: usize = 16;
const JOBS: usize = 60;

killable! {
    /// Sixty jobs, six kills of whatever role: each job ends well and is told under one id.
    async fn killed_in_a_storm_every_job_ends_once(world: World) {
        let provider = Provider::start().await;
        let mut suite = Suite::start(world, with_model(&provider)).await;
        let caller = Caller::of(&suite);
        let submit = join_all((0..JOBS).map(|number| caller.submit(number)));
        let kill = async {
            for (round, role) in KILLS.into_iter().enumerate() {
                let calls = || (provider.count() >= CALLS * (round + 1)).then_some(());
                until("the model to be called", async || calls()).await;
                suite.kill(role).await;
                suite.revive(role).await;
            }
        };
        let (accepted, ()) = tokio::join!(submit, kill);
        let accepted: BTreeSet<String> = accepted.into_iter().collect();
        assert_eq!(accepted.len(), JOBS, "a repeated request made another job");

        let mut told = BTreeMap::new();
        while told.len() < JOBS {
            let call = suite.receiver.next().await;
            assert_eq!(call.body["type"], "job.succeeded", "{}", call.body);
            let job = call.body["data"]["job_id"].as_str().unwrap().to_owned();
            let first = told.entry(job).or_insert_with(|| call.id.clone());
            assert_eq!(*first, call.id, "one job, two webhook ids");
        }
        assert_eq!(told.into_keys().collect::<BTreeSet<_>>(), accepted);
        suite.stop().await;
        suite.receiver.unread();
    }
}

everywhere! {
    /// A burst fills the queue to its limit and no further, and whoever is refused is told when to come back.
    async fn burst_fills_the_queue_to_its_limit(world: World) {
        let mut provider = Provider::held().await;
        let settings = [("jobs.max_queued", "10"), ("jobs.workers", "1")];
        let setup = settings.into_iter().fold(with_model(&provider), |s, (k, v)| s.with(k, v));
        let suite = Suite::start(world, setup).await;
        suite.post("/invocations", &json!({ "input": sample() })).await;
        provider.next().await;

        let burst = (0..60).map(|_| async {
            let request = suite.request("POST", "/invocations").json(&json!({ "input": sample() }));
            let answer = request.send().await.unwrap();
            let wait = answer.headers().get("retry-after").cloned();
            (answer.status().as_u16(), wait, answer.json::<Value>().await.unwrap())
        });
        let answers = within("a burst to be answered", join_all(burst)).await;
        let (accepted, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.0 == 202);
        // What is just being written may be counted twice, so that a few may be refused too early.
        assert!((5..=10).contains(&accepted.len()), "the limit is 10: {}", accepted.len());
        for (status, wait, body) in refused {
            assert_eq!((*status, &body["code"]), (429, &json!("queue_full")), "{body}");
            assert!(wait.is_some(), "{body}");
        }
        let queued = suite.get("/v1/jobs?status=queued&limit=100").await;
        assert_eq!(queued["jobs"].as_array().unwrap().len(), accepted.len());
    }

    /// A job that ends while the process stops is told before the process is gone.
    async fn job_that_ends_during_the_stop_is_told(world: World) {
        let mut provider = Provider::held().await;
        let mut suite = Suite::start(world, with_model(&provider)).await;
        let id = suite.submit(json!({ "input": sample() })).await;
        provider.next().await;

        let (client, ping) = (suite.client.clone(), format!("{}/ping", suite.http));
        let let_through = async {
            until("the stop to begin", async || {
                let answer = client.get(&ping).send().await;
                (!answer.is_ok_and(|answer| answer.status().is_success())).then_some(())
            })
            .await;
            provider.let_through(8);
        };
        tokio::join!(suite.stop(), let_through);
        let call = suite.told(&id).await;
        assert_eq!(call.body["type"], "job.succeeded", "{}", call.body);
    }

    /// More watchers than there is room for are refused at once, and the door stays open for others.
    async fn crowd_of_watchers_leaves_the_door_open(world: World) {
        let mut provider = Provider::held().await;
        let settings = [("jobs.max_watchers", "12"), ("gateway.max_connections", "16")];
        let setup = settings.into_iter().fold(with_model(&provider), |s, (k, v)| s.with(k, v));
        let suite = Suite::start(world, setup).await;
        let (_, job) = suite.post("/invocations", &json!({ "input": sample() })).await;
        provider.next().await;

        let events = format!("/v1/jobs/{}/events", job["job_id"].as_str().unwrap());
        let watch = (0..40).map(|_| suite.request("GET", &events).send());
        // Whoever has no place is turned away at once; nobody may have to wait for one.
        let watchers = tokio::time::timeout(Duration::from_secs(10), join_all(watch)).await;
        let watchers = watchers.unwrap();
        let count = |status: u16| {
            watchers.iter().filter(|w| w.as_ref().is_ok_and(|w| w.status() == status)).count()
        };
        let turned_away = watchers.iter().filter(|watcher| watcher.is_err()).count();
        // A connection whose request has not been read yet may have given way to a newcomer.
        assert!((1..=12).contains(&count(200)), "{} watch", count(200));
        assert_eq!(count(200) + count(429) + count(503) + turned_away, 40);
        assert_eq!(suite.request("GET", "/ping").send().await.unwrap().status(), 200);
    }
}

/// A caller that repeats what was not answered, as callers should.
struct Caller {
    client: Client,
    url: String,
    callback: String,
}

impl Caller {
    fn of(suite: &Suite) -> Self {
        let url = format!("{}/invocations", suite.http);
        Self { client: suite.client.clone(), url, callback: suite.receiver.url.clone() }
    }

    async fn submit(&self, number: usize) -> String {
        let mut input = sample();
        input["title"] = json!(format!("Job {number}"));
        let body = json!({
            "input": input,
            "callback": { "url": self.callback },
            "idempotency_key": format!("storm-{number}"),
        });
        until("a job to be accepted", async || {
            let answer = self.client.post(&self.url).json(&body).send().await.ok()?;
            let is_accepted = answer.status() == 202;
            let answer: Value = answer.json().await.ok()?;
            is_accepted.then(|| answer["job_id"].as_str().unwrap().to_owned())
        })
        .await
    }
}

fn with_model(provider: &Provider) -> Setup {
    Setup::plain()
        .with("generation.openai.base_url", &provider.url)
        .with("generation.openai.api_key", "sk-test")
}
