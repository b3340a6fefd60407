use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;

use crate::config::GatewayConfig;

/// The longest name that a host can have.
const LONGEST: usize = 255 + ":65535".len();

/// The host that the caller used, where it is one.
#[derive(Clone, Debug)]
pub(crate) struct Address(Option<Authority>);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let mut hosts = parts.headers.get_all(HOST).iter();
        let named = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().ok().and_then(|host| host.parse().ok()),
            (_, _) => parts.uri.authority().cloned(),
        };
        Ok(Self(named.filter(is_host)))
    }
}

impl Address {
    /// Where callers can ask for a job, if anybody knows.
    pub(crate) fn of_job(&self, config: &GatewayConfig, job_id: &str) -> Option<String> {
        if config.trusts_platform() {
            return None;
        }
        let base = match (config.public_url.trim_end_matches('/'), &self.0) {
            ("", Some(host)) => format!("http://{host}"),
            ("", None) => return None,
            (public, _) => public.to_owned(),
        };
        Some(format!("{base}/v1/jobs/{job_id}"))
    }
}

fn is_host(authority: &Authority) -> bool {
    let text = authority.as_str();
    let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b':' | b'[' | b']');
    !authority.host().is_empty() && text.len() <= LONGEST && text.bytes().all(is_plain)
}
