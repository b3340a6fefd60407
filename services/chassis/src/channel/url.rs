use http::Uri;
use http::uri::{PathAndQuery, Scheme};

/// Why a peer's address was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// There is no address at all.
    #[error("a peer needs at least one address such as http://127.0.0.1:50051")]
    Absent,
    /// This text is no address of a peer.
    #[error(
        "{0:?} is no address of a peer: write it as http://host:port, without path or password"
    )]
    Malformed(String),
}

/// The addresses of one service's members.
pub(super) fn parse(urls: &[String]) -> Result<Vec<Uri>, InvalidUrl> {
    if urls.is_empty() {
        return Err(InvalidUrl::Absent);
    }
    urls.iter().map(|url| one(url)).collect()
}

fn one(url: &str) -> Result<Uri, InvalidUrl> {
    let uri = url.trim().parse::<Uri>().ok().filter(is_origin);
    uri.ok_or_else(|| InvalidUrl::Malformed(without_password(url)))
}

fn is_origin(uri: &Uri) -> bool {
    let (Some(authority), Some(host)) = (uri.authority(), uri.host()) else { return false };
    // A port beyond 65535 is kept as text, and would be taken for the default one.
    let has_port = authority.port_u16().is_some();
    let is_host_alone = authority.as_str() == host;
    let is_bare = matches!(uri.path_and_query().map(PathAndQuery::as_str), None | Some("/"));
    let has_password = authority.as_str().contains('@');
    let is_reachable = !host.is_empty() && (has_port || is_host_alone);
    uri.scheme() == Some(&Scheme::HTTP) && is_reachable && is_bare && !has_password
}

/// The text as far as it may be shown.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => {
            format!("{}***{}", &url[..scheme + 3], &url[at..])
        }
        (None, Some(at)) => format!("***{}", &url[at..]),
        (_, _) => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Result<Vec<Uri>, InvalidUrl> {
        parse(&[url.to_owned()])
    }

    #[test]
    fn origins_are_taken() {
        for url in
            ["http://127.0.0.1:50051", "http://retrieval:50051/", " http://[::1]:1 ", "http://h"]
        {
            assert!(parsed(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for url in [
            "",
            "127.0.0.1:50051",
            "https://h:1",
            "http://",
            "http://h:1/path",
            "http://h:1?q=1",
            "http://h:port",
            "unix:/tmp/x",
            "http://h:99999",
        ] {
            assert_eq!(parsed(url), Err(InvalidUrl::Malformed(url.to_owned())), "{url}");
        }
    }

    #[test]
    fn passwords_are_refused_and_not_told() {
        for (url, told) in [("http://me:pass@h:1", "http://***@h:1"), ("me:pass@h", "***@h")] {
            assert_eq!(parsed(url), Err(InvalidUrl::Malformed(told.to_owned())));
        }
    }

    #[test]
    fn no_address_is_refused() {
        assert_eq!(parse(&[]), Err(InvalidUrl::Absent));
    }
}
