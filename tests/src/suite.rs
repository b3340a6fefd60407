use std::collections::HashMap;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chassis::clock::Clock;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::process::free_port;
use crate::{Call, Placement, Process, Receiver, SECRET, Setup, Store, World, postgres, until};

const ROLES: [&str; 5] = ["gateway", "jobs", "retrieval", "rerank", "generation"];

/// A running suite, the webhook it reports to, and how to talk to it.
pub struct Suite {
    /// The gateway's base URL.
    pub http: String,
    /// The gRPC address of each role, as a URL.
    pub grpc: HashMap<&'static str, String>,
    /// The webhook that jobs of [`Suite::submit`] report to.
    pub receiver: Receiver,
    /// The clock of a suite that runs inside the test.
    pub clock: Clock,
    /// The folder of its files.
    pub folder: PathBuf,
    /// For calls that the helpers below do not make.
    pub client: reqwest::Client,
    world: World,
    settings: Vec<(String, String)>,
    environment: Vec<(String, String)>,
    running: Running,
    _folder: tempfile::TempDir,
}

enum Running {
    Inside(Option<throughline::Suite>),
    Outside(HashMap<&'static str, Process>),
}

impl Suite {
    /// Starts a suite, and waits until it is ready.
    pub async fn start(world: World, setup: Setup) -> Self {
        let mut suite = Self::cold(world, setup).await;
        suite.launch().await;
        suite.ready().await;
        suite
    }

    /// A suite with everything but its processes.
    async fn cold(world: World, setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let receiver = Receiver::start().await;
        let database = match world.store {
            Store::Sqlite => format!("sqlite:{}", folder.path().join("state").display()),
            Store::Postgres => postgres::database().await,
        };
        let mut settings = vec![
            ("database.url".to_owned(), database),
            ("webhook.secret".to_owned(), SECRET.to_owned()),
            ("log.level".to_owned(), "info".to_owned()),
            // What a developer's machine has must not tell in a test.
            ("retrieval.embedder".to_owned(), "none".to_owned()),
        ];
        settings.extend(setup.settings);
        let client = client(&settings);
        Self {
            http: String::new(),
            grpc: HashMap::new(),
            receiver,
            clock: Clock::default(),
            folder: folder.path().to_owned(),
            client,
            world,
            settings,
            environment: setup.environment,
            running: Running::Inside(None),
            _folder: folder,
        }
    }

    async fn launch(&mut self) {
        match self.world.placement {
            Placement::Inside => self.launch_inside().await,
            Placement::OneProcess => self.launch_processes(&[("suite", ROLES.join(","))]),
            Placement::Processes => {
                self.launch_processes(&ROLES.map(|role| (role, role.to_owned())))
            }
        }
    }

    async fn launch_inside(&mut self) {
        let mut settings = self.settings.clone();
        for listen in ["gateway.listen", "grpc.listen"] {
            settings.push((listen.to_owned(), "127.0.0.1:0".to_owned()));
        }
        let suite = throughline::Suite::start(settings, self.clock.clone()).await.unwrap();
        self.http = format!("http://{}", suite.http().unwrap());
        let grpc = format!("http://{}", suite.grpc().unwrap());
        self.grpc = ROLES.map(|role| (role, grpc.clone())).into();
        self.running = Running::Inside(Some(suite));
    }

    fn launch_processes(&mut self, processes: &[(&'static str, String)]) {
        if self.http.is_empty() {
            self.http = format!("http://127.0.0.1:{}", free_port());
            for (name, _) in processes {
                self.grpc.insert(name, format!("http://127.0.0.1:{}", free_port()));
            }
            if let Some(one) = self.grpc.remove("suite") {
                self.grpc = ROLES.map(|role| (role, one.clone())).into();
            }
        }
        let started = processes.iter().map(|(name, roles)| (*name, self.process(name, roles)));
        self.running = Running::Outside(started.collect());
    }

    fn process(&self, name: &str, roles: &str) -> Process {
        let mut settings = self.settings.clone();
        let own = self.grpc.get(name).unwrap_or_else(|| &self.grpc["jobs"]);
        settings.push(("roles".to_owned(), roles.to_owned()));
        settings.push(("grpc.listen".to_owned(), own.replace("http://", "")));
        settings.push(("gateway.listen".to_owned(), self.http.replace("http://", "")));
        for (role, url) in self.grpc.iter().filter(|(role, _)| !roles.contains(**role)) {
            if *role != "gateway" {
                settings.push((format!("peers.{role}"), url.clone()));
            }
        }
        Process::start(&settings, &self.environment, &self.folder.join(format!("{name}.log")))
    }

    /// Waits until the gateway says that it is ready, and what stands behind it answers.
    ///
    /// A warm gateway stays ready while a service behind it starts again, hence the second question.
    pub async fn ready(&mut self) {
        for path in ["/ping", "/v1/jobs", "/v1/collections"] {
            let url = format!("{}{path}", self.http);
            until("the suite to be ready", async || {
                let answer = self.client.get(&url).send().await.ok()?;
                answer.status().is_success().then_some(())
            })
            .await;
        }
    }

    /// The process that runs a role, in a suite that has processes.
    pub fn role(&mut self, role: &str) -> &mut Process {
        let Running::Outside(processes) = &mut self.running else { panic!("no processes here") };
        if processes.contains_key("suite") {
            return processes.get_mut("suite").unwrap();
        }
        processes.get_mut(role).unwrap()
    }

    /// Kills the process that runs a role, as `kill -9` does.
    pub async fn kill(&mut self, role: &str) {
        self.role(role).kill().await;
    }

    /// Starts the process that runs a role again, and waits until the suite is ready.
    pub async fn revive(&mut self, role: &'static str) {
        let (name, roles) = match self.world.placement {
            Placement::Inside => panic!("no processes here"),
            Placement::OneProcess => ("suite", ROLES.join(",")),
            Placement::Processes => (role, role.to_owned()),
        };
        let process = self.process(name, &roles);
        let Running::Outside(processes) = &mut self.running else { panic!("no processes here") };
        processes.insert(name, process);
        self.ready().await;
    }

    /// What its processes logged so far.
    pub fn logs(&self) -> String {
        let Running::Outside(processes) = &self.running else { panic!("no processes here") };
        processes.values().map(Process::log).collect()
    }

    /// What its processes printed to their standard outputs so far.
    pub fn outputs(&self) -> String {
        let Running::Outside(processes) = &self.running else { panic!("no processes here") };
        processes.values().map(Process::output).collect()
    }

    /// Stops the suite as a platform does; every process must end with 0.
    pub async fn stop(&mut self) {
        match &mut self.running {
            Running::Inside(suite) => suite.take().unwrap().stop().await,
            Running::Outside(processes) => {
                for name in ["suite", "gateway", "jobs", "rerank", "generation", "retrieval"] {
                    if let Some(process) = processes.get_mut(name) {
                        assert_eq!(process.stop().await, Some(0), "{name}: {}", process.log());
                    }
                }
            }
        }
    }

    /// Starts a stopped suite again, on the same store.
    pub async fn start_again(&mut self) {
        self.launch().await;
        self.ready().await;
    }

    /// A request to the gateway.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.http))
    }

    /// What the gateway answers to a GET, as JSON.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.request("GET", path).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// What the gateway answers to a POST of JSON: status and body.
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.request("POST", path).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Submits a job whose end is told to [`Self::receiver`], and answers its id.
    pub async fn submit(&self, mut body: Value) -> String {
        body["callback"] = json!({ "url": self.receiver.url });
        let (status, answer) = self.post("/invocations", &body).await;
        assert_eq!(status, 202, "{answer}");
        answer["job_id"].as_str().unwrap().to_owned()
    }

    /// An address of this machine where nobody listens.
    pub fn nowhere(&self) -> String {
        format!("127.0.0.1:{}", free_port())
    }

    /// The job as it is now.
    pub async fn job(&self, id: &str) -> Value {
        self.get(&format!("/v1/jobs/{id}")).await
    }

    /// The job, once it has this status.
    pub async fn job_when(&self, id: &str, status: &str) -> Value {
        let what = format!("{id} to be {status}");
        until(&what, async || Some(self.job(id).await).filter(|job| job["status"] == status)).await
    }

    /// The webhook call that tells a job's end.
    pub async fn told(&mut self, id: &str) -> Call {
        let call = self.receiver.next().await;
        assert_eq!(call.body["data"]["job_id"], id, "{}", call.body);
        call
    }
}

/// A client that knows the gateway's password, where these settings ask for one.
fn client(settings: &[(String, String)]) -> reqwest::Client {
    let setting =
        |key: &str| settings.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let mut headers = HeaderMap::new();
    if let (Some(user), Some(pass)) = (setting("gateway.basic.user"), setting("gateway.basic.pass"))
    {
        let value = format!("Basic {}", STANDARD.encode(format!("{user}:{pass}")));
        headers.insert(AUTHORIZATION, value.parse().unwrap());
    }
    reqwest::Client::builder().no_proxy().default_headers(headers).build().unwrap()
}

impl Drop for Suite {
    /// A webhook call that a test did not look at is one that it did not expect.
    fn drop(&mut self) {
        let unread = self.receiver.unread();
        if !std::thread::panicking() {
            assert!(unread.is_empty(), "webhook calls that nobody looked at: {unread:#?}");
        }
    }
}

/// The input of a job that the sample portfolio answers.
pub fn sample() -> Value {
    json!({
        "title": "Rust service for card payments",
        "description": "We need a ledger for card payments in Rust with an audit trail.",
        "skills": ["rust", "postgres"],
    })
}

/// This time tomorrow, as requests write it.
pub fn tomorrow() -> String {
    const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);
    Clock::default().now().plus(DAY).to_string()
}
