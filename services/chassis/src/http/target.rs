use std::fmt;

use http::Uri;
use url::{Host, Url};

use crate::http::Error;

/// Longer URLs are refused; browsers and servers give up far earlier.
const LONGEST: usize = 16 << 10;
/// What the domain name system can hold, and a dot at the end.
const LONGEST_NAME: usize = 254;

/// A URL that can be called, with its text kept byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    uri: Uri,
    host: Host,
    port: u16,
}

impl Target {
    /// Reads a URL; what [`Uri`] cannot hold unchanged is refused.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        if url.len() > LONGEST {
            return Err(Error::InvalidUrl("is longer than 16 KiB"));
        }
        let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !matches!(scheme.as_deref(), Some("http" | "https")) {
            return Err(Error::InvalidUrl("does not begin with http:// or https://"));
        }
        // Two readers that disagree about the host would let one check and the other connect.
        let parsed = Url::parse(url).map_err(|_| Error::InvalidUrl("is malformed"))?;
        let uri: Uri = url.parse().map_err(|_| Error::InvalidUrl("holds characters to encode"))?;
        if !parsed.username().is_empty() || parsed.password().is_some() || has_userinfo(&uri) {
            return Err(Error::InvalidUrl("holds credentials; send them in a header"));
        }
        let (host, port) = Self::place(&uri).ok_or(Error::InvalidUrl("has no valid host"))?;
        let is_same =
            parsed.host() == Some(as_ref(&host)) && parsed.port_or_known_default() == Some(port);
        is_same.then_some(Self { uri, host, port }).ok_or(Error::InvalidUrl("is ambiguous"))
    }

    /// The host and port that a connection for this URL goes to.
    pub(super) fn place(uri: &Uri) -> Option<(Host, u16)> {
        let host = Host::parse(uri.host()?).ok()?;
        if matches!(&host, Host::Domain(name) if name.len() > LONGEST_NAME) {
            return None;
        }
        let authority = uri.authority()?.as_str();
        let port = match (uri.port_u16(), uri.scheme_str()?) {
            (Some(0), _) => return None,
            (Some(port), _) => port,
            // A port was written that is no number.
            (None, _) if authority.len() > uri.host()?.len() => return None,
            (None, "https") => 443,
            (None, _) => 80,
        };
        Some((host, port))
    }

    /// Whether a path can follow a URL: it is http or https, with a host, without credentials or a query.
    pub fn is_base(url: &str) -> bool {
        Self::parse(url).is_ok_and(|target| target.uri.query().is_none()) && !url.contains('#')
    }

    /// Scheme, host and port in one spelling: equal for what goes to the same place.
    pub fn origin(&self) -> String {
        let (scheme, usual) = match self.uri.scheme_str() {
            Some("https") => ("https", 443),
            Some(_) | None => ("http", 80),
        };
        if self.port == usual {
            return format!("{scheme}://{}", self.host);
        }
        format!("{scheme}://{}:{}", self.host, self.port)
    }

    /// The URL for logs and for people: without its query.
    pub fn redacted(&self) -> String {
        format!("{}{}", self.origin(), self.uri.path())
    }

    /// The host, in the one spelling that its parser leaves.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port, the scheme's own where none was written.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

fn has_userinfo(uri: &Uri) -> bool {
    uri.authority().is_none_or(|authority| authority.as_str().contains('@'))
}

fn as_ref(host: &Host) -> Host<&str> {
    match host {
        Host::Domain(name) => Host::Domain(name),
        Host::Ipv4(address) => Host::Ipv4(*address),
        Host::Ipv6(address) => Host::Ipv6(*address),
    }
}
