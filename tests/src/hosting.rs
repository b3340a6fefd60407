mod macros;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use proto::retrieval::retrieval_service_client::RetrievalServiceClient;
use sagemaker_kit::{
    Answer, Caller, Container, ContainerPlan, Credentials, Endpoint, Error, Instance, Limits, Logs,
    Plan, Platform,
};
use serde_json::{Value, json};

use crate::process::binary;
use crate::{Call, Receiver, SECRET, Setup, Store, postgres, until};

/// The name of the endpoint that a hosted suite has.
pub const ENDPOINT: &str = "proposals";

/// How the platform holds the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One container with all roles.
    Single,
    /// A container a role, which callers name; the jobs live beside the gateway.
    Direct,
}

/// A combination that a promise must hold in behind the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosting {
    /// How the platform holds the suite.
    pub mode: Mode,
    /// What it stores in.
    pub store: Store,
}

/// A suite in containers of the platform, the webhook it reports to, and how to call it.
pub struct Hosted {
    /// The platform's front door.
    pub platform: Platform,
    /// The endpoint that the helpers below call.
    pub endpoint: Arc<Endpoint>,
    /// The webhook that jobs of [`Hosted::submit`] report to.
    pub receiver: Receiver,
    /// Who calls, with plain HTTP and a signature.
    pub caller: Caller,
    hosting: Hosting,
    environment: Vec<(String, String)>,
    folder: tempfile::TempDir,
}

/// The containers of mode Direct and the roles that each has.
const CONTAINERS: [(&str, &str); 4] = [
    ("gateway", "gateway,jobs"),
    ("retrieval", "retrieval"),
    ("rerank", "rerank"),
    ("generation", "generation"),
];

impl Hosting {
    /// The containers of an endpoint, with this environment each.
    pub fn containers(self, environment: &[(String, String)]) -> Vec<ContainerPlan> {
        let container = |hostname: &str, roles: Option<&str>| {
            let mut environment = environment.to_vec();
            environment.extend(roles.map(|roles| variable("THROUGHLINE_ROLES", roles)));
            let (hostname, command) = (hostname.to_owned(), vec![binary().into()]);
            ContainerPlan { hostname, command, environment }
        };
        match self.mode {
            Mode::Single => vec![container("container-0", None)],
            Mode::Direct => {
                CONTAINERS.iter().map(|(name, roles)| container(name, Some(roles))).collect()
            }
        }
    }
}

impl Hosted {
    /// Starts an endpoint of one instance, and waits until it is in service.
    pub async fn start(hosting: Hosting, setup: Setup) -> Self {
        Self::shaped(hosting, setup, |_| {}).await
    }

    /// Starts an endpoint whose plan is bent by the test, and waits until it is in service.
    pub async fn shaped(hosting: Hosting, setup: Setup, bend: impl FnOnce(&mut Plan)) -> Self {
        let hosted = Self::cold(hosting, setup, bend).await;
        if let Err(error) = hosted.endpoint.in_service().await {
            panic!("{error}\n{}", hosted.logs());
        }
        hosted
    }

    /// Starts an endpoint, and waits for nothing.
    pub async fn cold(hosting: Hosting, setup: Setup, bend: impl FnOnce(&mut Plan)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let platform = Platform::start().await.unwrap();
        let mut environment = match hosting.store {
            Store::Sqlite => vec![
                variable(
                    "DATABASE_URL",
                    &format!("sqlite:{}", folder.path().join("state").display()),
                ),
                variable("THROUGHLINE_DATABASE__EPHEMERAL", "accepted"),
            ],
            Store::Postgres => vec![variable("DATABASE_URL", &postgres::database().await)],
        };
        environment.extend([
            variable("THROUGHLINE_GATEWAY__AUTH", "platform"),
            variable("THROUGHLINE_OUTBOUND__ALLOW", "127.0.0.1"),
            variable("WEBHOOK_SECRET", SECRET),
        ]);
        environment.extend(setup.settings.iter().map(|(key, value)| variable(&name(key), value)));
        environment.extend(setup.environment);
        let caller = Caller::new(platform.url(), credentials(), "eu-west-1");
        let mut plan = plan(hosting, ENDPOINT, &environment, &folder);
        bend(&mut plan);
        let endpoint = platform.deploy(plan).unwrap();
        let receiver = Receiver::start().await;
        Self { platform, endpoint, receiver, caller, hosting, environment, folder }
    }

    /// Starts another endpoint like it, on the same store, and waits until it is in service.
    pub async fn another(&self, name: &str) -> Arc<Endpoint> {
        let plan = plan(self.hosting, name, &self.environment, &self.folder);
        let endpoint = self.platform.deploy(plan).unwrap();
        endpoint.in_service().await.unwrap_or_else(|error| panic!("{error}\n{}", self.logs()));
        endpoint
    }

    /// The container that has a role, on the instance of this place.
    pub fn container<'a>(&self, instance: &'a Instance, role: &str) -> &'a Container {
        let found = match self.hosting.mode {
            Mode::Single => instance.containers().first(),
            Mode::Direct => instance.container(if role == "jobs" { "gateway" } else { role }),
        };
        found.unwrap()
    }

    /// The only instance.
    pub fn instance(&self) -> Arc<Instance> {
        let [instance] = &self.endpoint.instances()[..] else { panic!("not one instance") };
        instance.clone()
    }

    /// Invokes an endpoint's gateway with these headers; fails only where nobody answers at all.
    pub async fn invoke_at(
        &self,
        endpoint: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut headers = headers.to_vec();
        if self.hosting.mode == Mode::Direct && !headers.iter().any(|(name, _)| *name == TARGET) {
            headers.push((TARGET, "gateway"));
        }
        self.caller.invoke(endpoint, &headers, body.to_string()).await.unwrap()
    }

    /// The same at the suite's own endpoint.
    pub async fn invoke(&self, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.invoke_at(ENDPOINT, headers, body).await
    }

    /// What the gateway answers to what it must accept.
    pub async fn ask(&self, body: &Value) -> Value {
        succeeded(&self.invoke(&[], body).await)
    }

    /// What the gateway says inside a 424: the status and the problem.
    pub async fn refusal(&self, body: &Value) -> (u64, Value) {
        let answer = self.invoke(&[], body).await;
        assert_eq!((answer.status, answer.error()), (424, Some("ModelError")), "{answer:?}");
        answer.original()
    }

    /// Submits a job whose end is told to [`Self::receiver`], and answers its id.
    pub async fn submit(&self, mut body: Value) -> String {
        body["callback"] = json!({ "url": self.receiver.url });
        id(&self.ask(&body).await)
    }

    /// The job as it is now.
    pub async fn job(&self, id: &str) -> Value {
        self.ask(&json!({ "op": "status", "job_id": id })).await
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

    /// Puts a document into the suite's own store, past the platform, by the role's gRPC port.
    pub async fn put(&self, collection: &str, id: &str, text: &str) {
        let (low, _) = self.instance().containers()[0].safe_ports();
        let port = if self.hosting.mode == Mode::Direct { low + 1 } else { low };
        let address = format!("http://127.0.0.1:{port}");
        let channel =
            tonic::transport::Endpoint::from_shared(address).unwrap().connect().await.unwrap();
        let mut client = RetrievalServiceClient::new(channel);
        let document = proto::retrieval::PutDocumentRequest {
            collection: collection.into(),
            document_id: id.into(),
            text: text.into(),
            ..Default::default()
        };
        client.put_document(document).await.unwrap();
    }

    /// Everything that the containers wrote.
    pub fn logs(&self) -> String {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "log"));
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }
}

/// The header that names a container of mode Direct.
pub const TARGET: &str = "x-amzn-sagemaker-target-container-hostname";

/// The body of a success.
pub fn succeeded(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// The id of an accepted job.
pub fn id(accepted: &Value) -> String {
    accepted["job_id"].as_str().unwrap_or_else(|| panic!("{accepted}")).to_owned()
}

/// What callers sign with.
pub fn credentials() -> Credentials {
    Credentials { access_key: "AKIDEXAMPLE".to_owned(), secret_key: "secret".to_owned() }
}

fn plan(
    hosting: Hosting,
    name: &str,
    environment: &[(String, String)],
    folder: &tempfile::TempDir,
) -> Plan {
    let logs = Logs::Folder(folder.path().to_owned());
    let mut plan = Plan::new(name, hosting.containers(environment), logs);
    let (ping_every, start) = (Duration::from_millis(200), Duration::from_secs(60));
    plan.limits = Limits { ping_every, start, ..Limits::default() };
    plan
}

/// `gateway.max_wait` is `THROUGHLINE_GATEWAY__MAX_WAIT`.
fn name(key: &str) -> String {
    format!("THROUGHLINE_{}", key.replace('.', "__").to_uppercase())
}

fn variable(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

impl Drop for Hosted {
    /// A webhook call that a test did not look at is one that it did not expect.
    fn drop(&mut self) {
        let unread = self.receiver.unread();
        if std::thread::panicking() {
            println!("{}", self.logs());
        } else {
            assert!(unread.is_empty(), "webhook calls that nobody looked at: {unread:#?}");
        }
    }
}

/// Why an endpoint never came into service.
pub async fn why_not(hosted: &Hosted) -> (Error, String) {
    (hosted.endpoint.in_service().await.unwrap_err(), hosted.logs())
}
