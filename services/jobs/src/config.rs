//! The settings of jobs, checked.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use chassis::config::{Database, Error, Settings, duration, optional, size};
use chassis::http::Outbound;
use chassis::secret::Secret;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::keyring;
use crate::outbox::Address;
use crate::webhook::Signer;

/// The settings of jobs with their defaults and comments.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Everything that jobs is told by its configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The queue and its workers.
    pub jobs: JobsConfig,
    /// Who is told of a job's end, and how.
    pub webhook: WebhookConfig,
    /// Which flows there are.
    pub flows: FlowsConfig,
    /// What keeps callers' credentials unreadable.
    pub secrets: SecretsConfig,
}

/// The queue and its workers.
#[derive(Clone, Debug, Deserialize)]
pub struct JobsConfig {
    /// How many jobs this process runs at once.
    pub workers: usize,
    /// How many jobs may wait.
    pub max_queued: u32,
    /// How long a worker holds a job without a heartbeat.
    #[serde(with = "duration")]
    pub lease: Duration,
    /// How many workers a job may bring down between two checkpoints.
    pub max_crashes: u32,
    /// How many transient errors a job may have.
    pub max_errors: u32,
    /// The wait after the first transient error.
    #[serde(with = "duration")]
    pub retry_wait: Duration,
    /// The longest wait after a transient error.
    #[serde(with = "duration")]
    pub max_retry_wait: Duration,
    /// How often to look for work that nobody told of.
    #[serde(with = "duration")]
    pub poll: Duration,
    /// How long a stopping process lets its jobs finish.
    #[serde(with = "duration")]
    pub drain: Duration,
    /// The largest result in bytes.
    #[serde(with = "size")]
    pub max_result: usize,
    /// How many callers may watch at once.
    pub max_watchers: usize,
    /// How long ended jobs are kept.
    #[serde(with = "duration")]
    pub keep: Duration,
    /// How long an idempotency key stands for its job.
    #[serde(with = "duration")]
    pub keep_keys: Duration,
}

/// Who is told of a job's end, and how.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    /// Where jobs without a callback are delivered.
    pub address: Option<Address>,
    /// What deliveries are signed with; `None` has one generated.
    pub secret: Option<Secret>,
    /// What the address' own origin is sent besides.
    pub headers: OwnHeaders,
    /// How attempts are made and repeated.
    pub attempts: AttemptsConfig,
}

/// Headers for the configured address' own origin, made of secrets as they are when they are sent.
#[derive(Clone, Debug, Default)]
pub struct OwnHeaders {
    plain: Vec<(HeaderName, Secret)>,
    basic: Option<Basic>,
}

/// How attempts are made and repeated.
#[derive(Clone, Debug, Deserialize)]
pub struct AttemptsConfig {
    /// How long an attempt may take.
    #[serde(with = "duration")]
    pub timeout: Duration,
    /// How many are under way at once, in each lane.
    pub slots: usize,
    /// How many of them may go to one origin.
    pub per_origin: usize,
    /// The first wait.
    #[serde(with = "duration")]
    pub first_retry: Duration,
    /// The longest wait.
    #[serde(with = "duration")]
    pub max_retry_wait: Duration,
    /// When a delivery is given up.
    #[serde(with = "duration")]
    pub give_up_after: Duration,
    /// When one to an execution that waits no more is given up.
    #[serde(with = "duration")]
    pub give_up_resume_after: Duration,
}

/// What keeps callers' credentials unreadable.
#[derive(Clone, Debug, Deserialize)]
pub struct SecretsConfig {
    /// What credentials of callbacks are encrypted with; `None` has one generated on the embedded store.
    #[serde(deserialize_with = "optional")]
    pub key: Option<Secret>,
    /// What they were encrypted with before.
    pub old_keys: Vec<Secret>,
}

/// Which flows there are.
#[derive(Clone, Debug, Deserialize)]
pub struct FlowsConfig {
    /// A folder that replaces the bundled flows.
    #[serde(deserialize_with = "optional")]
    pub dir: Option<PathBuf>,
    /// The flow of jobs that name none.
    pub default: String,
}

#[derive(Deserialize)]
struct Place {
    #[serde(deserialize_with = "optional")]
    url: Option<String>,
    #[serde(deserialize_with = "optional")]
    secret: Option<Secret>,
    headers: BTreeMap<String, Secret>,
    basic: Basic,
}

#[derive(Clone, Debug, Deserialize)]
struct Basic {
    user: Secret,
    pass: Secret,
}

impl OwnHeaders {
    /// The headers; one that a secret cannot be is left out.
    pub(crate) fn now(&self) -> HeaderMap {
        let plain = self.plain.iter().filter_map(|(name, value)| {
            let mut value = HeaderValue::try_from(value.expose()).ok()?;
            value.set_sensitive(true);
            Some((name.clone(), value))
        });
        let basic = self.basic.iter().filter_map(|Basic { user, pass }| {
            Some((AUTHORIZATION, crate::webhook::basic(user.expose(), pass)?))
        });
        plain.chain(basic).collect()
    }
}

impl Config {
    /// Reads the sections `jobs`, `webhook` and `flows`, and refuses what contradicts.
    pub fn read(
        settings: &Settings,
        database: &Database,
        outbound: &Outbound,
    ) -> Result<Self, Error> {
        let config = Self {
            jobs: settings.section("jobs")?,
            webhook: webhook(settings, outbound)?,
            flows: settings.section("flows")?,
            secrets: secrets(settings)?,
        };
        let is_shared = matches!(database, Database::Postgres { .. });
        if is_shared && config.webhook.secret.is_none() {
            let what = "is empty, and processes that share a database must sign alike";
            let remedy = "set it to whsec_ and the base64 of 32 random letters";
            return Err(settings.refuse("webhook.secret", what, remedy));
        }
        config.check(settings)?;
        Ok(config)
    }

    fn check(&self, settings: &Settings) -> Result<(), Error> {
        let (jobs, attempts) = (&self.jobs, &self.webhook.attempts);
        let positive = [
            ("jobs.workers", jobs.workers == 0),
            ("jobs.max_queued", jobs.max_queued == 0),
            ("jobs.max_watchers", jobs.max_watchers == 0),
            ("jobs.lease", jobs.lease < Duration::from_millis(100)),
            ("jobs.poll", jobs.poll < Duration::from_millis(10)),
            ("webhook.slots", attempts.slots == 0),
            ("webhook.per_origin", attempts.per_origin == 0),
            ("webhook.timeout", attempts.timeout < Duration::from_millis(10)),
            ("webhook.first_retry", attempts.first_retry < Duration::from_millis(1)),
        ];
        if let Some((key, _)) = positive.iter().find(|(_, is_wrong)| *is_wrong) {
            return Err(settings.refuse(key, "is too small to work with", "make it larger"));
        }
        if jobs.keep_keys < DAY || jobs.keep_keys > jobs.keep {
            let what = "is shorter than a day, or longer than jobs.keep";
            return Err(settings.refuse("jobs.keep_keys", what, "set it between the two"));
        }
        Ok(())
    }
}

fn secrets(settings: &Settings) -> Result<SecretsConfig, Error> {
    let secrets: SecretsConfig = settings.section("secrets")?;
    let is_short = |key: &Secret| key.expose().len() < keyring::SHORTEST;
    let remedy = "set it to 32 or more random letters";
    if secrets.key.as_ref().is_some_and(is_short) {
        return Err(settings.refuse("secrets.key", "is short enough to be guessed", remedy));
    }
    if secrets.old_keys.iter().any(is_short) {
        let what = "holds one that is shorter than a key can be";
        return Err(settings.refuse("secrets.old_keys", what, "remove it"));
    }
    Ok(secrets)
}

fn webhook(settings: &Settings, outbound: &Outbound) -> Result<WebhookConfig, Error> {
    let Place { url, secret, headers, basic } = settings.section("webhook")?;
    let address = url.map(|url| address(settings, outbound, url)).transpose()?;
    if let Some(secret) = &secret
        && let Err(error) = Signer::new(secret)
    {
        let remedy = "write it as whsec_ and base64, or as a text without whsec_";
        return Err(settings.refuse("webhook.secret", &error.to_string(), remedy));
    }
    let headers = own_headers(settings, headers, basic)?;
    Ok(WebhookConfig { address, secret, headers, attempts: settings.section("webhook")? })
}

fn address(settings: &Settings, outbound: &Outbound, url: String) -> Result<Address, Error> {
    match outbound.operator().check(&url) {
        Ok(target) => Ok(Address { origin: target.origin(), url }),
        Err(error) => {
            let what = format!("cannot be called: {error}");
            Err(settings.refuse("webhook.url", &what, "write it as http(s)://HOST/PATH"))
        }
    }
}

fn own_headers(
    settings: &Settings,
    own: BTreeMap<String, Secret>,
    basic: Basic,
) -> Result<OwnHeaders, Error> {
    let mut plain = Vec::new();
    for (name, value) in own {
        let (Ok(name), Ok(_)) = (HeaderName::try_from(name), HeaderValue::try_from(value.expose()))
        else {
            let what = "holds a name or a value that no header can have";
            return Err(settings.refuse("webhook.headers", what, "change or remove it"));
        };
        plain.push((name, value));
    }
    if basic.user.is_empty() != basic.pass.is_empty() {
        let remedy = "set webhook.basic.user and webhook.basic.pass, or neither";
        return Err(settings.refuse("webhook.basic.user", "is only half of a credential", remedy));
    }
    if basic.user.is_empty() {
        return Ok(OwnHeaders { plain, basic: None });
    }
    let is_authorised = plain.iter().any(|(name, _)| name == AUTHORIZATION);
    if is_authorised || crate::webhook::basic(basic.user.expose(), &basic.pass).is_none() {
        let what = "holds a colon, or webhook.headers has an authorization, too";
        return Err(settings.refuse("webhook.basic.user", what, "use one of the two"));
    }
    Ok(OwnHeaders { plain, basic: Some(basic) })
}
