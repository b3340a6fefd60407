use std::net::IpAddr;

use ipnet::IpNet;
use url::Host;

use crate::http::network::is_public;
use crate::http::{Error, OutboundConfig};

/// Where a client may go.
#[derive(Clone, Debug)]
pub(super) enum Policy {
    /// Anywhere: the operator chose the address.
    Operator,
    /// To the public internet, and where these say.
    Caller { allowed: Vec<Allowed>, loopback: bool },
}

/// An entry of `outbound.allow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allowed {
    place: Place,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Name(String),
    Network(IpNet),
}

impl Policy {
    pub(super) fn for_callers(config: &OutboundConfig) -> Result<Self, Error> {
        let allowed = config.allow.iter().map(|entry| Allowed::parse(entry.trim()));
        Ok(Self::Caller { allowed: allowed.collect::<Result<_, _>>()?, loopback: config.loopback })
    }

    /// Whether this host may be looked up at all; a literal address is judged as what it is.
    pub(super) fn permits(&self, host: &Host, port: u16) -> bool {
        match host {
            Host::Ipv4(address) => self.permits_address(None, (*address).into(), port),
            Host::Ipv6(address) => self.permits_address(None, (*address).into(), port),
            Host::Domain(name) => self.permits_name(name, port),
        }
    }

    fn permits_name(&self, name: &str, port: u16) -> bool {
        let is_local = bare(name) == "localhost" || bare(name).ends_with(".localhost");
        match self {
            Self::Operator => true,
            Self::Caller { allowed, loopback } => {
                !is_local
                    || *loopback
                    || allowed.iter().any(|one| one.reaches(Some(name), None, port))
            }
        }
    }

    /// Whether an address may be dialled, which is what the name, if there is one, was resolved to.
    pub(super) fn permits_address(&self, name: Option<&str>, address: IpAddr, port: u16) -> bool {
        let address = address.to_canonical();
        match self {
            Self::Operator => true,
            Self::Caller { allowed, loopback } => {
                is_public(address)
                    || (*loopback && address.is_loopback())
                    || allowed.iter().any(|one| one.reaches(name, Some(address), port))
            }
        }
    }
}

impl Allowed {
    fn parse(entry: &str) -> Result<Self, Error> {
        let wrong = || Error::InvalidAllow { entry: entry.to_owned() };
        let (place, port) = split(entry).ok_or_else(wrong)?;
        let network = place.parse::<IpNet>().or_else(|_| place.parse::<IpAddr>().map(IpNet::from));
        let place = match network {
            Ok(network) => Place::Network(network),
            Err(_) => match Host::parse(place) {
                Ok(Host::Domain(name)) => Place::Name(bare(&name).to_owned()),
                // Another spelling of an address would be a rule that nobody can read.
                Ok(Host::Ipv4(_) | Host::Ipv6(_)) | Err(_) => return Err(wrong()),
            },
        };
        Ok(Self { place, port })
    }

    fn reaches(&self, name: Option<&str>, address: Option<IpAddr>, port: u16) -> bool {
        let is_place = match &self.place {
            Place::Name(allowed) => name.is_some_and(|name| bare(name) == allowed),
            Place::Network(network) => address.is_some_and(|address| network.contains(&address)),
        };
        is_place && self.port.is_none_or(|allowed| allowed == port)
    }
}

/// Splits an entry into place and port; an IPv6 place with a port is in brackets.
fn split(entry: &str) -> Option<(&str, Option<u16>)> {
    let port = |text: &str| text.parse().ok().filter(|port| *port != 0);
    if let Some(rest) = entry.strip_prefix('[') {
        return match rest.split_once(']')? {
            (place, "") => Some((place, None)),
            (place, rest) => Some((place, Some(port(rest.strip_prefix(':')?)?))),
        };
    }
    match entry.split_once(':') {
        Some((place, text)) if !text.contains(':') => Some((place, Some(port(text)?))),
        Some(_) | None => Some((entry, None)),
    }
}

/// A name without the dot at its end, which says only that it is complete.
fn bare(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}
