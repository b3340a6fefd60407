//! What SageMaker tells a container by its environment.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;

use chassis::config::{Error, Origin, Settings};

use crate::role::Role;

/// The port that a container has to serve HTTP on.
pub(crate) const BIND: &str = "SAGEMAKER_BIND_TO_PORT";
/// The ports that a container may use besides, as `LOW-HIGH`.
const RANGE: &str = "SAGEMAKER_SAFE_PORT_RANGE";
/// The roles that serve gRPC, each at its place in the range.
const PLACES: [Role; 4] = [Role::Jobs, Role::Retrieval, Role::Rerank, Role::Generation];

/// The ports that the platform gives to a container; none outside of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Platform {
    port: Option<u16>,
    range: Option<RangeInclusive<u16>>,
}

impl Platform {
    /// Reads the platform's variables.
    pub(crate) fn read(environment: &[(String, String)]) -> Result<Self, Error> {
        let value = |name| {
            let set = environment.iter().find(|(set, value)| set == name && !value.is_empty());
            set.map(|(_, value)| value.trim())
        };
        let port = value(BIND).map(|text| {
            port(text).ok_or_else(|| {
                refuse(BIND, "is no port", "SageMaker sets it; outside of it unset it")
            })
        });
        let range = value(RANGE).map(|text| {
            let remedy = "SageMaker sets it as LOW-HIGH; outside of it unset it";
            range(text).ok_or_else(|| refuse(RANGE, "is no range of ports", remedy))
        });
        Ok(Self { port: port.transpose()?, range: range.transpose()? })
    }

    /// The environment with the port as the address that `gateway.listen` is to have.
    pub(crate) fn addressed(&self, environment: Vec<(String, String)>) -> Vec<(String, String)> {
        let addressed = |(name, value): (String, String)| match self.listen() {
            Some(listen) if name == BIND => (name, listen.to_string()),
            Some(_) | None => (name, value),
        };
        environment.into_iter().map(addressed).collect()
    }

    /// Where the platform looks for HTTP.
    pub(crate) fn listen(&self) -> Option<SocketAddr> {
        self.port.map(|port| (Ipv4Addr::UNSPECIFIED, port).into())
    }

    /// Refuses an address of our own that the platform would never ask.
    pub(crate) fn check(&self, settings: &Settings, listen: SocketAddr) -> Result<(), Error> {
        match self.port {
            Some(port) if port != listen.port() => {
                let what = format!("is not at port {port}, which {BIND} demands");
                Err(settings.refuse(
                    "gateway.listen",
                    &what,
                    "remove it: the platform says where to listen",
                ))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the platform says where gRPC may be served.
    pub(crate) fn has_range(&self) -> bool {
        self.range.is_some()
    }

    /// Where a role serves gRPC: at its place in the range, on this machine only.
    ///
    /// `localhost` and `::1` are not to be relied on there. A range that is too short, or in which the
    /// place is the port for HTTP, has none.
    pub(crate) fn grpc(&self, role: Role) -> Option<SocketAddr> {
        let place = PLACES.iter().position(|placed| *placed == role)?;
        let port = self.range.clone()?.nth(place)?;
        (Some(port) != self.port).then(|| (Ipv4Addr::LOCALHOST, port).into())
    }
}

fn port(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port > 0)
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (low, high) = text.split_once('-')?;
    let (low, high) = (port(low.trim())?, port(high.trim())?);
    (low <= high).then_some(low..=high)
}

fn refuse(name: &str, what: &str, remedy: &str) -> Error {
    Error::Refused {
        setting: name.to_owned(),
        origin: Origin::Environment(name.to_owned()),
        what: what.to_owned(),
        remedy: remedy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(port: &str, range: &str) -> Result<Platform, Error> {
        let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Platform::read(&[set(BIND, port), set(RANGE, range)])
    }

    fn places(platform: &Platform) -> Vec<Option<u16>> {
        PLACES.map(|role| platform.grpc(role).map(|address| address.port())).into()
    }

    #[test]
    fn each_role_has_its_place_in_the_range() {
        let platform = platform("8080", "9000-9999").unwrap();
        assert_eq!(platform.listen(), Some("0.0.0.0:8080".parse().unwrap()));
        assert_eq!(places(&platform), [Some(9000), Some(9001), Some(9002), Some(9003)]);
        assert_eq!(platform.grpc(Role::Gateway), None);
    }

    #[test]
    fn range_that_is_too_short_or_holds_the_port_has_no_place() {
        assert_eq!(places(&platform("8080", "9000-9000").unwrap()), [Some(9000), None, None, None]);
        assert_eq!(
            places(&platform("9001", "9000-9002").unwrap()),
            [Some(9000), None, Some(9002), None]
        );
        assert_eq!(places(&Platform::default()), [None; 4]);
    }

    #[test]
    fn what_is_no_port_and_no_range_is_refused_by_name() {
        for (port, range, name) in [
            ("eighty", "1-2", BIND),
            ("0", "1-2", BIND),
            ("65536", "1-2", BIND),
            ("80", "9000", RANGE),
            ("80", "2-1", RANGE),
            ("80", "0-1", RANGE),
            ("80", "a-b", RANGE),
        ] {
            let error = platform(port, range).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
        assert_eq!(platform("", "").unwrap(), Platform::default());
    }
}
