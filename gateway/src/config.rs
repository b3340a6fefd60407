mod checks;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use chassis::auth::Tenant;
use chassis::config::{self, Origin, Settings};
use chassis::secret::Secret;
use serde::Deserialize;

/// Where a platform expects HTTP, where nothing says otherwise.
const PLATFORM: (Ipv4Addr, u16) = (Ipv4Addr::UNSPECIFIED, 8080);

/// What the gateway is told; every setting is explained in `defaults.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayConfig {
    /// Where HTTP is served.
    pub listen: SocketAddr,
    /// How callers prove who they are: `none`, `basic` or `platform`.
    pub auth: String,
    /// Whose data callers see.
    pub tenant: String,
    /// The base of `status_url`; empty takes the host that the caller used.
    pub public_url: String,
    /// Larger bodies are refused.
    #[serde(with = "config::size")]
    pub body_limit: usize,
    /// How long a body may take to arrive.
    #[serde(with = "config::duration")]
    pub body_timeout: Duration,
    /// How long a call to a service may take.
    #[serde(with = "config::duration")]
    pub call_timeout: Duration,
    /// The longest that a caller may wait for its job.
    #[serde(with = "config::duration")]
    pub max_wait: Duration,
    /// When an event stream ends.
    #[serde(with = "config::duration")]
    pub max_stream: Duration,
    /// How often an idle event stream says that it lives.
    #[serde(with = "config::duration")]
    pub keep_alive: Duration,
    /// How long a connection may stay without a complete request head.
    #[serde(with = "config::duration")]
    pub header_timeout: Duration,
    /// Further connections take the places of idle ones, or are turned away.
    pub max_connections: usize,
    /// How long requests may go on after a stop.
    #[serde(with = "config::duration")]
    pub drain: Duration,
    /// How often the services are asked whether they serve.
    #[serde(with = "config::duration")]
    pub health_interval: Duration,
    /// Who may call, with `auth = "basic"`.
    pub basic: Basic,
}

/// One name and one password.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    /// The user's name.
    pub user: Secret,
    /// The user's password.
    pub pass: Secret,
}

impl GatewayConfig {
    /// Reads the section `gateway`, and refuses what contradicts itself or is not safe.
    pub fn load(settings: &Settings) -> Result<Self, config::Error> {
        let mut config: Self = settings.section("gateway")?;
        if config.trusts_platform() && *settings.origin("gateway.listen") == Origin::Default {
            config.listen = PLATFORM.into();
        }
        config.check(settings)?;
        Ok(config)
    }

    /// Whether callers must send a name and a password.
    pub fn asks_for_password(&self) -> bool {
        self.auth == "basic"
    }

    /// Whether a platform such as SageMaker stands in front, which lets in only whom it knows.
    pub fn trusts_platform(&self) -> bool {
        self.auth == "platform"
    }

    /// Whose data callers see.
    pub fn tenant(&self) -> Tenant {
        Tenant::new(&self.tenant).unwrap_or_default()
    }
}
