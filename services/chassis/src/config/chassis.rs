use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::Deserialize;
use url::{Host, Url};

use crate::config::{Database, Error, Settings};
use crate::http::OutboundConfig;
use crate::secret::Secret;
use crate::telemetry::TelemetryConfig;

/// The settings that every process needs, checked against each other.
#[derive(Clone, Debug)]
pub struct Chassis {
    /// Which roles this process runs; none named means all of them.
    pub roles: Vec<String>,
    /// Where the rows live.
    pub database: Database,
    /// The gRPC server.
    pub grpc: Grpc,
    /// Where the roles are that this process does not run.
    pub peers: Peers,
    /// What the outbound client may reach.
    pub outbound: OutboundConfig,
    /// Logs and spans.
    pub telemetry: TelemetryConfig,
}

/// The gRPC server of a process.
#[derive(Clone, Debug, Deserialize)]
pub struct Grpc {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What callers present.
    pub token: Secret,
    /// What the roles of one suite present to each other.
    pub internal_token: Secret,
}

/// Addresses of roles that run elsewhere.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Peers(BTreeMap<String, Vec<String>>);

impl Peers {
    /// Where a role runs; empty where it runs here.
    pub fn of(&self, role: &str) -> &[String] {
        self.0.get(role).map_or(&[], Vec::as_slice)
    }
}

impl Chassis {
    /// Reads the chassis's sections and refuses what contradicts.
    pub fn read(settings: &Settings) -> Result<Self, Error> {
        let chassis = Self {
            roles: settings.section("roles")?,
            database: Database::read(settings)?,
            grpc: settings.section("grpc")?,
            peers: settings.section("peers")?,
            outbound: settings.section("outbound")?,
            telemetry: TelemetryConfig::read(settings)?,
        };
        chassis.check(settings)?;
        chassis.outbound.check().map_err(|error| {
            let what = format!("cannot be read: {error}");
            let remedy = "write entries as n8n:5678, 10.0.0.0/8 or [fd00::1]:443";
            settings.refuse("outbound.allow", &what, remedy)
        })?;
        Ok(chassis)
    }

    fn check(&self, settings: &Settings) -> Result<(), Error> {
        let is_open = !self.grpc.listen.ip().to_canonical().is_loopback();
        if is_open && self.grpc.token.is_empty() {
            let what = "listens beyond loopback, and grpc.token is empty";
            let remedy = "set grpc.token, or listen on 127.0.0.1";
            return Err(settings.refuse("grpc.listen", what, remedy));
        }
        if is_open && self.grpc.internal_token.is_empty() {
            let what = "listens beyond loopback, and grpc.internal_token is empty";
            let remedy =
                "set grpc.internal_token to the same secret for every role, or listen on 127.0.0.1";
            return Err(settings.refuse("grpc.listen", what, remedy));
        }
        for (role, url) in
            self.peers.0.iter().flat_map(|(role, urls)| urls.iter().map(move |url| (role, url)))
        {
            self.check_peer(settings, &format!("peers.{role}"), url)?;
        }
        Ok(())
    }

    fn check_peer(&self, settings: &Settings, key: &str, url: &str) -> Result<(), Error> {
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(host) = url.as_ref().and_then(Url::host) else {
            return Err(settings.refuse(key, "is no URL", "write it as http://HOST:PORT"));
        };
        if self.grpc.internal_token.is_empty() && !is_loopback(&host) {
            let what = "is beyond loopback, and grpc.internal_token is empty";
            let remedy = "set grpc.internal_token to the same secret for every role";
            return Err(settings.refuse(key, what, remedy));
        }
        Ok(())
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.to_canonical().is_loopback(),
    }
}
