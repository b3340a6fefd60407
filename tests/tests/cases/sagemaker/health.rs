//! `/ping` and the front door under load: the platform replaces what is slow.

use std::time::Duration;

use e2e::{Hosted, Hosting, Provider, Setup, hosted, id, sample};
use futures_util::future::join_all;
use serde_json::json;

use crate::sagemaker::jobs::with_model;

const JOBS: usize = 100;

hosted! {
    /// Every container answers `/ping` to every method that the documentation names, with an empty body.
    async fn ping_answers_every_method(hosting: Hosting) {
        let hosted = Hosted::start(hosting, Setup::plain()).await;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        for container in hosted.instance().containers() {
            for method in ["GET", "HEAD", "POST"] {
                let url = format!("{}/ping", container.url());
                let answer = client.request(method.parse().unwrap(), url).send().await.unwrap();
                assert_eq!(answer.status(), 200, "{method} {}", container.hostname());
            }
        }
    }

    /// With a hundred jobs in flight and connections that do nothing, `/ping` and `accept` stay within the platform's limits.
    async fn hundred_jobs_in_flight_disturb_no_ping(hosting: Hosting) {
        let provider = Provider::held().await;
        let mut hosted = loaded(hosting, &provider).await;
        let port = hosted.container(&hosted.instance(), "gateway").port();
        let idle = (0..200).map(|_| tokio::net::TcpStream::connect(("127.0.0.1", port)));
        let idle: Vec<_> = join_all(idle).await.into_iter().map(Result::unwrap).collect();
        let mut jobs = accepted(&hosted).await;
        let pings = hosted.instance();
        let gateway = hosted.container(&pings, "gateway");
        gateway.when(|state| state.pings > 20).await.unwrap();

        let state = gateway.state();
        assert!(state.slowest_ping < Duration::from_secs(2) && state.starts == 1, "{state:?}");
        // More than the two calls of each job: one that took too long is made again.
        provider.let_through(20 * JOBS);
        while !jobs.is_empty() {
            let call = hosted.receiver.next().await;
            assert!(jobs.remove(call.body["data"]["job_id"].as_str().unwrap()), "{}", call.body);
        }
        drop(idle);
    }
}

async fn loaded(hosting: Hosting, provider: &Provider) -> Hosted {
    Hosted::start(hosting, with_model(provider).with("jobs.workers", JOBS.to_string())).await
}

/// Hands the jobs in, ten at a time, and answers their ids.
async fn accepted(hosted: &Hosted) -> std::collections::HashSet<String> {
    let mut ids = std::collections::HashSet::new();
    for _ in 0..JOBS / 10 {
        let body = json!({ "input": sample(), "callback": { "url": hosted.receiver.url } });
        let asked = join_all((0..10).map(|_| hosted.ask(&body))).await;
        ids.extend(asked.iter().map(id));
    }
    assert_eq!(ids.len(), JOBS);
    ids
}
