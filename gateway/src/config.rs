use std::net::SocketAddr;
use std::time::Duration;

use chassis::auth::Tenant;
use chassis::config::{self, Settings};
use chassis::secret::Secret;
use http::Uri;
use serde::Deserialize;

/// What the gateway is told; every setting is explained in `defaults.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayConfig {
    /// Where HTTP is served.
    pub listen: SocketAddr,
    /// How callers prove who they are: `none` or `basic`.
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
    /// Further connections wait to be accepted.
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
    pub user: String,
    /// The user's password.
    pub pass: Secret,
}

impl GatewayConfig {
    /// Reads the section `gateway`, and refuses what contradicts itself or is not safe.
    pub fn load(settings: &Settings) -> Result<Self, config::Error> {
        let config: Self = settings.section("gateway")?;
        config.check_auth(settings)?;
        config.check_names(settings)?;
        config.check_bounds(settings)?;
        Ok(config)
    }

    /// Whether callers must send a name and a password.
    pub fn asks_for_password(&self) -> bool {
        self.auth == "basic"
    }

    /// Whose data callers see.
    pub fn tenant(&self) -> Tenant {
        Tenant::new(&self.tenant).unwrap_or_default()
    }

    fn check_auth(&self, settings: &Settings) -> Result<(), config::Error> {
        let refuse = |key, what, remedy| Err(settings.refuse(key, what, remedy));
        match self.auth.as_str() {
            "none" if !self.listen.ip().is_loopback() => refuse(
                "gateway.listen",
                "is beyond loopback, where anybody could call",
                "set gateway.auth = \"basic\" with gateway.basic.user and gateway.basic.pass, or listen on 127.0.0.1",
            ),
            "basic" if self.basic.user.is_empty() || self.basic.pass.is_empty() => refuse(
                "gateway.auth",
                "is basic, but no user or no password is set",
                "set gateway.basic.user and gateway.basic.pass",
            ),
            "basic" if self.basic.user.contains(':') => refuse(
                "gateway.basic.user",
                "contains a colon, which no client can send",
                "choose a name without one",
            ),
            "none" | "basic" => Ok(()),
            _ => refuse("gateway.auth", "is not known", "set it to \"none\" or \"basic\""),
        }
    }

    fn check_names(&self, settings: &Settings) -> Result<(), config::Error> {
        if Tenant::new(&self.tenant).is_none() {
            return Err(settings.refuse(
                "gateway.tenant",
                "is no tenant's name",
                "use lower-case letters, digits, - and _, at most 63",
            ));
        }
        let is_base = |uri: &Uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some()
                && uri.query().is_none()
        };
        if !self.public_url.is_empty() && !self.public_url.parse().is_ok_and(|uri| is_base(&uri)) {
            return Err(settings.refuse(
                "gateway.public_url",
                "is no http or https URL without a query",
                "write it such as \"https://jobs.example.com\", or leave it empty",
            ));
        }
        Ok(())
    }

    fn check_bounds(&self, settings: &Settings) -> Result<(), config::Error> {
        let durations = [
            ("gateway.body_timeout", self.body_timeout),
            ("gateway.call_timeout", self.call_timeout),
            ("gateway.max_stream", self.max_stream),
            ("gateway.keep_alive", self.keep_alive),
            ("gateway.header_timeout", self.header_timeout),
            ("gateway.health_interval", self.health_interval),
        ];
        let zero = durations.iter().find(|(_, duration)| duration.is_zero()).map(|(key, _)| *key);
        let none = (self.max_connections == 0).then_some("gateway.max_connections");
        let empty = (self.body_limit == 0).then_some("gateway.body_limit");
        match zero.or(none).or(empty) {
            Some(key) => Err(settings.refuse(key, "is 0", "set it to more, or leave it out")),
            None => Ok(()),
        }
    }
}
