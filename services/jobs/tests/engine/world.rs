//! Jobs with everything around them, in a runtime that can be killed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel;
use chassis::clock::Clock;
use chassis::config::{Chassis, DEFAULTS, Settings, Sources};
use chassis::http::{Outbound, OutboundConfig};
use chassis::secret::Secret;
use chassis::server::Services;
use chassis::task::{CancellationToken, Tasks};
use jobs::job::Job;
use jobs::run::Peers;
use jobs::{Config, Jobs, Submission, Submitted};
use proto::generation::generation_service_server::SERVICE_NAME;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

use crate::puppet::Puppet;
use crate::receiver::Receiver;
use crate::shelf::Shelf;
use crate::{flow, postgres};

/// Longer than anything here takes, and short enough to fail by.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const INTERNAL: &str = "internal";

/// Which store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Sqlite,
    Postgres,
}

/// Everything that outlives a process.
pub(crate) struct World {
    pub(crate) puppet: Puppet,
    pub(crate) shelf: Shelf,
    pub(crate) receiver: Receiver,
    pub(crate) clock: Clock,
    pub(crate) flows: TempDir,
    settings: Vec<(String, String)>,
    state: TempDir,
    engine: Option<Engine>,
}

/// What dies with a process.
pub(crate) struct Engine {
    pub(crate) jobs: Jobs,
    tasks: Tasks,
    runtime: Runtime,
}

impl World {
    pub(crate) async fn start(place: Place) -> Self {
        Self::with(place, &[]).await
    }

    /// A world with these settings, running.
    pub(crate) async fn with(place: Place, settings: &[(&str, &str)]) -> Self {
        let mut world = Self::prepared(place, settings).await;
        world.run().await;
        world
    }

    /// A world in which nothing runs yet.
    pub(crate) async fn prepared(place: Place, settings: &[(&str, &str)]) -> Self {
        let (state, flows) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let receiver = Receiver::start().await;
        flow::write(flows.path(), ["a", "b", "c"]);
        let url = match place {
            Place::Sqlite => format!("sqlite:{}", state.path().display()),
            Place::Postgres => postgres::database().await,
        };
        let usual = [
            ("database.url", url.as_str()),
            ("flows.dir", flows.path().to_str().unwrap()),
            ("flows.default", "letters"),
            ("webhook.url", &receiver.url("/hook")),
            ("webhook.secret", SECRET),
            ("webhook.first_retry", "20ms"),
            ("jobs.lease", "1s"),
            ("jobs.poll", "100ms"),
            ("jobs.retry_wait", "20ms"),
        ];
        let settings = usual.iter().chain(settings);
        let settings = settings.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let settings = settings.collect();
        let (puppet, shelf, clock) = (Puppet::default(), Shelf::default(), Clock::default());
        Self { puppet, shelf, receiver, clock, flows, settings, state, engine: None }
    }

    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.settings.push((key.to_owned(), value.to_owned()));
    }

    /// Starts a process.
    pub(crate) async fn run(&mut self) {
        self.engine = Some(self.another().await);
    }

    /// One more process on the same store.
    pub(crate) async fn another(&self) -> Engine {
        self.another_with(&[]).await
    }

    /// One more process on the same store, with these settings of its own.
    pub(crate) async fn another_with(&self, own: &[(&str, &str)]) -> Engine {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (mut settings, clock) = (self.settings.clone(), self.clock.clone());
        settings.extend(own.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let (puppet, shelf) = (self.puppet.clone(), self.shelf.clone());
        let started = runtime.spawn(async move {
            let (config, jobs) = open(settings, clock).await;
            drop(config);
            let services = Services::new().add(puppet.server()).add(shelf.server());
            let health = services.health();
            health.serving(SERVICE_NAME);
            let internal: Secret = INTERNAL.to_owned().into();
            let verifier = Verifier::new(Secret::default(), internal.clone(), Tenant::default());
            let stack = services.build(verifier);
            let channel = channel::local(stack, Credentials::new(&internal, &Secret::default()));
            let peers = Peers::new(channel.clone(), channel.clone(), channel);
            let tasks = Tasks::new(CancellationToken::new());
            jobs.clone().run(peers, health, &tasks);
            jobs.ready().await;
            (jobs, tasks)
        });
        let (jobs, tasks) = timeout(PATIENCE, started).await.unwrap().unwrap();
        Engine { jobs, tasks, runtime }
    }

    /// The folder of the embedded store.
    pub(crate) fn state(&self) -> &Path {
        self.state.path()
    }

    /// What a setting is.
    pub(crate) fn setting(&self, key: &str) -> &str {
        let found = self.settings.iter().rev().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str()).unwrap()
    }

    pub(crate) fn jobs(&self) -> &Jobs {
        &self.engine.as_ref().unwrap().jobs
    }

    /// Ends the process as SIGKILL does: in the middle of whatever it does.
    pub(crate) async fn kill(&mut self) {
        self.engine.take().unwrap().kill().await;
    }

    /// Ends the process as SIGTERM does.
    pub(crate) async fn stop(&mut self) {
        self.engine.take().unwrap().stop().await;
    }

    /// Submits a usual job.
    pub(crate) async fn submit(&self) -> Job {
        self.send(submission()).await.job
    }

    pub(crate) async fn send(&self, submission: Submission) -> Submitted {
        self.jobs().submit(submission).await.unwrap()
    }

    pub(crate) async fn get(&self, id: &str) -> Job {
        self.jobs().get(&tenant(), id).await.unwrap()
    }

    /// Waits until the job is as it should be.
    pub(crate) async fn until(&self, id: &str, is_so: impl Fn(&Job) -> bool) -> Job {
        self.engine.as_ref().unwrap().until(id, is_so).await
    }

    /// Waits until the job has ended.
    pub(crate) async fn end(&self, id: &str) -> Job {
        self.until(id, |job| job.state.is_terminal()).await
    }

    /// Waits until the job's delivery is settled.
    pub(crate) async fn settled(&self, id: &str) -> Job {
        let is_pending = |job: &Job| {
            job.deliveries.iter().any(|one| one.state == jobs::delivery::State::Pending)
        };
        self.until(id, |job| job.state.is_terminal() && !is_pending(job)).await
    }

    /// The rows, past the process.
    pub(crate) async fn events(&self, id: &str) -> Vec<String> {
        let stream = self.jobs().watch(&tenant(), id, 0).await.unwrap();
        let events = futures_util::StreamExt::collect::<Vec<_>>(stream);
        let events = timeout(PATIENCE, events).await.unwrap();
        let name = |event: jobs::job::Event| match event.step.as_str() {
            "" => event.kind,
            step => format!("{} {step}", event.kind),
        };
        events.into_iter().map(|event| name(event.unwrap())).collect()
    }
}

impl Engine {
    pub(crate) async fn until(&self, id: &str, is_so: impl Fn(&Job) -> bool) -> Job {
        let wait = async {
            loop {
                let job = self.jobs.get(&tenant(), id).await.unwrap();
                if is_so(&job) {
                    return job;
                }
                sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = timeout(PATIENCE, wait).await;
        match waited {
            Ok(job) => job,
            Err(_) => panic!("still: {:?}", self.jobs.get(&tenant(), id).await.unwrap()),
        }
    }

    pub(crate) async fn kill(self) {
        let Self { jobs, tasks, runtime } = self;
        drop((jobs, tasks));
        let killed = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(PATIENCE));
        killed.await.unwrap();
    }

    pub(crate) async fn stop(self) {
        let Self { jobs, tasks, runtime } = self;
        tasks.stop().cancel();
        timeout(PATIENCE, tasks.stopped()).await.unwrap();
        drop((jobs, tasks));
        runtime.shutdown_background();
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.runtime.shutdown_background();
        }
    }
}

async fn open(settings: Vec<(String, String)>, clock: Clock) -> (Arc<Config>, Jobs) {
    let defaults = [DEFAULTS, jobs::DEFAULTS];
    let sources = Sources { defaults: &defaults, overrides: settings, ..Sources::default() };
    let settings = Settings::load(&sources).unwrap();
    let chassis = Chassis::read(&settings).unwrap();
    let outbound = OutboundConfig { loopback: true, ..chassis.outbound };
    let outbound = Outbound::new(&outbound).unwrap();
    let config = Config::read(&settings, &chassis.database, &outbound).unwrap();
    let jobs = Jobs::open(&config, &chassis.database, &outbound, clock).await.unwrap();
    (Arc::new(config), jobs)
}

pub(crate) fn tenant() -> Tenant {
    Tenant::default()
}

pub(crate) fn submission() -> Submission {
    Submission {
        tenant: tenant(),
        flow: None,
        input: r#"{"title":"x"}"#.to_owned(),
        callback: None,
        key: None,
        correlation: Some(r#"{"row":7}"#.to_owned()),
        deadline: None,
        priority: 0,
        run_at: None,
    }
}
