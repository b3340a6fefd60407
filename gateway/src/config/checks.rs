use std::time::Duration;

use chassis::auth::Tenant;
use chassis::config::{Error, Settings};
use http::Uri;

use crate::config::GatewayConfig;

/// The largest body that SageMaker passes on.
const LARGEST: usize = 25_000_000;
/// How long SageMaker lets an answer take, with some room, since it cuts off at 60 s.
const ANSWER: Duration = Duration::from_secs(55);
/// How long it lets a stream last, with some room, since it cuts off at 8 min.
const STREAM: Duration = Duration::from_secs(450);
/// How long it waits after a stop, with some room, since it kills at 30 s.
const DRAIN: Duration = Duration::from_secs(25);

impl GatewayConfig {
    /// Refuses what contradicts itself or is not safe.
    pub(super) fn check(&self, settings: &Settings) -> Result<(), Error> {
        self.check_auth(settings)?;
        self.check_names(settings)?;
        self.check_bounds(settings)?;
        if self.trusts_platform() { self.check_platform(settings) } else { Ok(()) }
    }

    fn check_auth(&self, settings: &Settings) -> Result<(), Error> {
        let refuse = |key, what, remedy| Err(settings.refuse(key, what, remedy));
        match self.auth.as_str() {
            "none" if !self.listen.ip().is_loopback() => refuse(
                "gateway.listen",
                "is beyond loopback, where anybody could call",
                "set gateway.auth = \"basic\" with gateway.basic.user and gateway.basic.pass, or \"platform\" where SageMaker stands in front, or listen on 127.0.0.1",
            ),
            "basic" if self.basic.user.is_empty() || self.basic.pass.is_empty() => refuse(
                "gateway.auth",
                "is basic, but no user or no password is set",
                "set gateway.basic.user and gateway.basic.pass",
            ),
            "basic" if self.basic.user.expose().contains(':') => refuse(
                "gateway.basic.user",
                "contains a colon, which no client can send",
                "choose a name without one",
            ),
            "none" | "basic" | "platform" => Ok(()),
            _ => refuse(
                "gateway.auth",
                "is not known",
                "set it to \"none\", \"basic\" or \"platform\"",
            ),
        }
    }

    fn check_names(&self, settings: &Settings) -> Result<(), Error> {
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

    fn check_bounds(&self, settings: &Settings) -> Result<(), Error> {
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
        if let Some(key) = zero.or(none).or(empty) {
            return Err(settings.refuse(key, "is 0", "set it to more, or leave it out"));
        }
        if self.body_limit > LARGEST {
            return Err(settings.refuse(
                "gateway.body_limit",
                "is more than 25MB, which no platform passes on",
                "set it to 25MB or less, and put large documents in by themselves",
            ));
        }
        Ok(())
    }

    /// Behind a platform nothing may last longer than the platform waits.
    fn check_platform(&self, settings: &Settings) -> Result<(), Error> {
        let bounds = [
            ("gateway.max_wait", self.max_wait, ANSWER, "55s"),
            // A body and one call are what an answer takes at least.
            (
                "gateway.call_timeout",
                self.body_timeout.saturating_add(self.call_timeout),
                ANSWER,
                "55s together with gateway.body_timeout",
            ),
            ("gateway.max_stream", self.max_stream, STREAM, "7m 30s"),
            ("gateway.drain", self.drain, DRAIN, "25s"),
        ];
        if let Some((key, .., most)) = bounds.iter().find(|(_, value, most, _)| value > most) {
            let remedy = format!("set it to at most {most}, or leave it out");
            return Err(settings.refuse(key, "is longer than SageMaker waits", &remedy));
        }
        if !self.public_url.is_empty() {
            return Err(settings.refuse(
                "gateway.public_url",
                "is set, but behind a platform nobody can call it",
                "leave it empty with gateway.auth = \"platform\"; callers ask through /invocations",
            ));
        }
        Ok(())
    }
}
