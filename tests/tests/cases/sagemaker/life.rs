//! How the containers end and come back, and what becomes of the jobs.

use std::time::Duration;

use e2e::{Hosted, Provider, Setup, hosted, hosted_together, sample};
use sagemaker_kit::Phase;
use serde_json::json;

use crate::sagemaker::jobs::with_model;

/// What the platform's 30 s leave for an end in order.
const DRAIN: Duration = Duration::from_secs(26);

hosted! {
    /// Asked to end with nothing to do, every container does so at once, with 0.
    async fn idle_containers_end_at_once(hosting: Hosting) {
        let hosted = Hosted::start(hosting, Setup::plain()).await;
        for stopped in hosted.endpoint.scale_in(&hosted.instance()).await {
            assert!(stopped.code == Some(0) && !stopped.killed && stopped.took < Duration::from_secs(5), "{stopped:?}");
        }
    }

    /// Killed in mid-job, the container is started again, and the job goes on where it was.
    async fn killed_container_goes_on_with_its_job(hosting: Hosting) {
        let mut provider = Provider::held().await;
        let mut hosted = Hosted::start(hosting, with_model(&provider)).await;
        let job = hosted.submit(json!({ "input": sample() })).await;
        provider.next().await;
        let instance = hosted.instance();
        let container = hosted.container(&instance, "jobs");
        container.kill().await;
        provider.let_through(8);

        let call = hosted.told(&job).await;
        assert_eq!((&call.body["data"]["status"], &call.body["data"]["attempts"]), (&json!("succeeded"), &json!(2)));
        container.when(|state| state.starts == 2 && state.phase == Phase::InService).await.unwrap();
        assert_eq!(hosted.job(&job).await["status"], "succeeded");
    }
}

hosted_together! {
    /// An instance that leaves in mid-job gives its job back in time, and the other one finishes it.
    async fn scale_in_hands_the_job_over(hosting: Hosting) {
        let mut provider = Provider::held().await;
        let mut hosted = Hosted::start(hosting, with_model(&provider)).await;
        let job = hosted.submit(json!({ "input": sample() })).await;
        provider.next().await;
        let leaving = hosted.instance();
        let staying = hosted.endpoint.scale_out().unwrap();
        staying.in_service().await.unwrap_or_else(|error| panic!("{error}\n{}", hosted.logs()));

        let stopped = hosted.endpoint.scale_in(&leaving).await;
        assert!(stopped.iter().all(|stopped| stopped.code == Some(0) && !stopped.killed && stopped.took < DRAIN), "{stopped:?}");
        provider.let_through(8);
        let call = hosted.told(&job).await;
        assert_eq!(call.body["data"]["status"], "succeeded", "{}", call.body);
        assert_eq!(hosted.job(&job).await["status"], "succeeded");
    }
}
