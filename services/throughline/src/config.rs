//! The configuration of a process: every crate's settings, read once and checked against each other.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use chassis::config::{
    Chassis, Database, Error, Fetched, Origin, Settings, Sources, environment, find,
};
use chassis::http::{Outbound, OutboundConfig};
use gateway::GatewayConfig;

use crate::cli::Options;
use crate::exit::Exit;
use crate::role::Role;
use crate::sagemaker::{self, Platform};
use crate::secrets::{self, Stores};

/// Variables that people have already, and the settings that they are for.
pub(crate) const USUAL: &[(&str, &str)] = &[
    ("BASIC_AUTH_PASS", "webhook.basic.pass"),
    ("BASIC_AUTH_USER", "webhook.basic.user"),
    ("COHERE_API_KEY", "rerank.cohere.api_key"),
    ("COHERE_API_KEY", "retrieval.cohere.api_key"),
    ("COHERE_BASE_URL", "rerank.cohere.base_url"),
    ("COHERE_BASE_URL", "retrieval.cohere.base_url"),
    ("DATABASE_DIRECT_URL", "database.direct_url"),
    ("DATABASE_URL", "database.url"),
    ("OPENAI_API_KEY", "generation.openai.api_key"),
    ("OPENAI_API_KEY", "retrieval.openai.api_key"),
    ("OPENAI_BASE_URL", "generation.openai.base_url"),
    ("OPENAI_BASE_URL", "retrieval.openai.base_url"),
    ("OPENAI_EMBEDDING_MODEL", "retrieval.openai.model"),
    ("OPENAI_MODEL", "generation.openai.model"),
    (sagemaker::BIND, "gateway.listen"),
    ("SECRETS_KEY", "secrets.key"),
    ("SUPABASE_URL", "retrieval.supabase.url"),
    ("WEBHOOK_SECRET", "webhook.secret"),
    ("WEBHOOK_URL", "webhook.url"),
];
/// The same names say who may call, but only where the gateway asks for that.
const USUAL_BASIC: &[(&str, &str)] =
    &[("BASIC_AUTH_PASS", "gateway.basic.pass"), ("BASIC_AUTH_USER", "gateway.basic.user")];

const DEFAULTS: &[&str] = &[
    chassis::config::DEFAULTS,
    gateway::DEFAULTS,
    jobs::DEFAULTS,
    retrieval::DEFAULTS,
    rerank::DEFAULTS,
    generation::DEFAULTS,
];

/// The shortest time between two reads of the secrets; each of them is paid.
const SHORTEST_REFRESH: Duration = Duration::from_secs(1);

/// What the user said; secret stores come on top of it.
#[derive(Clone, Default)]
pub(crate) struct Given {
    file: Option<PathBuf>,
    environment: Vec<(String, String)>,
    overrides: Vec<(String, String)>,
    platform: Platform,
    pub(crate) stores: Stores,
}

impl Given {
    /// What the command line, the environment and a file say.
    fn of(options: &Options) -> Result<Self, Error> {
        let environment = environment();
        let file = find(options.config.as_deref(), &environment);
        let platform = Platform::read(&environment)?;
        let environment = platform.addressed(environment);
        let overrides = options.set.clone();
        Ok(Self { file, environment, overrides, platform, stores: Stores::default() })
    }

    /// The same in the words of the settings, with what secret stores hold.
    pub(crate) fn sources<'a>(
        &'a self,
        usual: &'a [(&'a str, &'a str)],
        fetched: Fetched,
    ) -> Sources<'a> {
        Sources {
            defaults: DEFAULTS,
            file: self.file.as_deref(),
            usual,
            environment: self.environment.clone(),
            overrides: self.overrides.clone(),
            fetched,
        }
    }
}

/// Everything that was configured.
pub(crate) struct Loaded {
    /// What it was read from.
    pub(crate) given: Given,
    /// What is odd about it and no reason to refuse it, for the log.
    pub(crate) notes: Vec<String>,
    /// How often secrets are read again.
    pub(crate) refresh: Duration,
    /// Each setting with its source.
    pub(crate) settings: Settings,
    /// Which roles run here.
    pub(crate) roles: BTreeSet<Role>,
    /// Which others run here for as long as no process beside this one serves them.
    pub(crate) stand_ins: BTreeSet<Role>,
    /// The ports that the platform gives.
    pub(crate) platform: Platform,
    /// What every process needs.
    pub(crate) chassis: Chassis,
    /// The one way out.
    pub(crate) outbound: Outbound,
    /// The gateway's settings.
    pub(crate) gateway: GatewayConfig,
    /// The settings of jobs, webhooks and flows.
    pub(crate) jobs: jobs::Config,
    /// Retrieval's settings.
    pub(crate) retrieval: retrieval::Config,
    /// Rerank's settings.
    pub(crate) rerank: rerank::Config,
    /// Generation's settings.
    pub(crate) generation: generation::Config,
}

impl Loaded {
    /// Reads what the command line, the environment and a file say, and the secrets that they name.
    pub(crate) async fn from(options: &Options) -> Result<Self, Exit> {
        Box::pin(Self::given(Given::of(options)?)).await
    }

    /// Reads these settings and nothing else, for a suite inside another process.
    pub(crate) async fn only(overrides: Vec<(String, String)>) -> Result<Self, Exit> {
        let given = Given { overrides, ..Given::default() };
        Box::pin(Self::given(given)).await
    }

    /// Reads all that the user said, secret stores included.
    pub(crate) async fn given(given: Given) -> Result<Self, Exit> {
        let read = secrets::fetch(&given, &given.stores).await?;
        Ok(Self::read(given, read)?)
    }

    fn read(given: Given, read: secrets::Read) -> Result<Self, Error> {
        let mut settings = Settings::load(&given.sources(USUAL, read.fetched.clone()))?;
        if settings.section::<String>("gateway.auth")? == "basic" {
            let usual = [USUAL, USUAL_BASIC].concat();
            settings = Settings::load(&given.sources(&usual, read.fetched))?;
        }
        let chassis = Chassis::read(&settings)?;
        let roles = Role::read(&settings, &chassis.roles)?;
        let gateway = GatewayConfig::load(&settings)?;
        let outbound = outbound(&settings, &chassis, &gateway)?;
        let platform = given.platform.clone();
        let loaded = Self {
            given,
            notes: read.notes,
            refresh: refresh(&settings)?,
            gateway,
            jobs: jobs::Config::read(&settings, &chassis.database, &outbound)?,
            retrieval: retrieval::Config::read(&settings)?,
            rerank: rerank::Config::read(&settings)?,
            generation: generation::Config::read(&settings)?,
            settings,
            outbound,
            stand_ins: stand_ins(&roles, &chassis, &platform),
            roles,
            platform,
            chassis,
        };
        loaded.check_peers()?;
        loaded.platform.check(&loaded.settings, loaded.gateway.listen)?;
        loaded.check_store()?;
        Ok(loaded)
    }

    /// The roles that run here, and those that stand in.
    pub(crate) fn hosts(&self, role: Role) -> bool {
        self.roles.contains(&role) || self.stand_ins.contains(&role)
    }

    /// Whether HTTP is served: by the gateway, and by every container that the platform asks over HTTP.
    pub(crate) fn has_door(&self) -> bool {
        self.roles.contains(&Role::Gateway) || self.platform.listen().is_some()
    }

    /// Where gRPC is served; nowhere but in this process, where the platform leaves no port for it.
    pub(crate) fn grpc(&self) -> Option<SocketAddr> {
        let is_told = self.settings.origin("grpc.listen") != &Origin::Default;
        if is_told || !self.platform.has_range() {
            return Some(self.chassis.grpc.listen);
        }
        self.roles.iter().find_map(|role| self.platform.grpc(*role))
    }

    /// Machines that come and go, and containers beside each other, need a store that outlives and joins them.
    fn check_store(&self) -> Result<(), Error> {
        let Database::Sqlite { .. } = self.chassis.database else { return Ok(()) };
        let has_store = |role: &Role| matches!(role, Role::Jobs | Role::Retrieval);
        if !self.gateway.trusts_platform() || !self.roles.iter().any(has_store) {
            return Ok(());
        }
        let refuse = |what| {
            let remedy = "set database.url (DATABASE_URL) to a Postgres that all of them share";
            Err(self.settings.refuse("database.url", what, remedy))
        };
        if self.roles.len() < Role::ALL.len() {
            return refuse("is an embedded store, which several containers cannot share");
        }
        let is_accepted = match self.settings.section::<String>("database.ephemeral")?.as_str() {
            "accepted" => true,
            "refused" => false,
            _ => {
                let remedy = "set it to \"refused\" or \"accepted\"";
                return Err(self.settings.refuse("database.ephemeral", "is not known", remedy));
            }
        };
        if is_accepted {
            return Ok(());
        }
        let what =
            "is an embedded store, which vanishes whenever the platform replaces the machine";
        let remedy = "set DATABASE_URL to a Postgres, or database.ephemeral = \"accepted\" where jobs may be lost";
        Err(self.settings.refuse("database.url", what, remedy))
    }

    /// A role that runs here must reach those that it calls.
    fn check_peers(&self) -> Result<(), Error> {
        for role in &self.roles {
            for needed in role.needs() {
                let is_reached =
                    self.hosts(*needed) || !self.chassis.peers.of(needed.name()).is_empty();
                if !is_reached {
                    let what =
                        format!("is empty, and {role} needs {needed}, which does not run here");
                    let remedy = format!("name where it runs, or add {needed} to the roles");
                    return Err(self.settings.refuse(&format!("peers.{needed}"), &what, &remedy));
                }
            }
        }
        Ok(())
    }
}

/// Behind a platform that gives ports, what is needed may run in a process beside this one, or not yet.
///
/// Jobs do not stand in: a second queue worker would take part for good.
fn stand_ins(roles: &BTreeSet<Role>, chassis: &Chassis, platform: &Platform) -> BTreeSet<Role> {
    if !platform.has_range() {
        return BTreeSet::new();
    }
    let needed = roles.iter().flat_map(|role| role.needs()).copied();
    let is_open = |role: &Role| !roles.contains(role) && chassis.peers.of(role.name()).is_empty();
    needed.filter(|role| *role != Role::Jobs && is_open(role)).collect()
}

#[derive(serde::Deserialize)]
struct Secrets {
    #[serde(with = "chassis::config::duration")]
    refresh: Duration,
}

fn refresh(settings: &Settings) -> Result<Duration, Error> {
    let Secrets { refresh } = settings.section("secrets")?;
    if refresh < SHORTEST_REFRESH {
        let what = "is too short: each read is a call that is paid";
        return Err(settings.refuse("secrets.refresh", what, "set it to 1s or more"));
    }
    Ok(refresh)
}

/// Callers may name loopback addresses only while nobody from elsewhere can be a caller.
fn outbound(
    settings: &Settings,
    chassis: &Chassis,
    gateway: &GatewayConfig,
) -> Result<Outbound, Error> {
    let loopback = gateway.listen.ip().is_loopback() && chassis.grpc.listen.ip().is_loopback();
    let config = OutboundConfig { loopback, ..chassis.outbound.clone() };
    Outbound::new(&config).map_err(|error| {
        let remedy = "write each entry as HOST, ADDRESS or NETWORK, with :PORT or without";
        settings.refuse("outbound.allow", &error.to_string(), remedy)
    })
}

/// The address that a setting names if its port is free, else one with a port that is; for the demo.
pub(crate) async fn free_or_any(options: &Options, key: &str) -> Result<String, Exit> {
    let loaded = Loaded::from(options).await?;
    let address: SocketAddr = loaded.settings.section(key)?;
    if TcpListener::bind(address).is_ok() {
        return Ok(address.to_string());
    }
    crate::print::note(format_args!("{address} ({key}) is taken, so another port is used"));
    Ok(SocketAddr::new(address.ip(), 0).to_string())
}

/// Prints every setting with its value and its source.
pub(crate) async fn check(options: &Options) -> Result<(), Exit> {
    let loaded = Loaded::from(options).await?;
    for note in &loaded.notes {
        crate::print::note(format_args!("note: {note}"));
    }
    if options.json {
        let rows = loaded.settings.describe().into_iter().map(|row| {
            serde_json::json!({ "key": row.key, "value": row.value, "source": row.origin.to_string() })
        });
        crate::print::json(&rows.collect::<Vec<_>>());
        return Ok(());
    }
    for row in loaded.settings.describe() {
        crate::print::line(format_args!("{:32} {:40} {}", row.key, row.value, row.origin));
    }
    Ok(())
}
