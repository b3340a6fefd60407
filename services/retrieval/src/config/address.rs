use chassis::config::{self, Settings};
use chassis::secret::Secret;
use http::{HeaderValue, Uri};

/// Refuses what cannot be called with a path behind it.
pub(super) fn check_url(
    settings: &Settings,
    key: &str,
    url: &str,
    path: &str,
) -> Result<(), config::Error> {
    if url.parse::<Uri>().is_ok_and(|uri| is_base_url(&uri)) {
        return Ok(());
    }
    let what = format!("is no URL that {path} can follow");
    let remedy = "write it as https://HOST, with the path that stands before, without credentials and without a query";
    Err(settings.refuse(key, &what, remedy))
}

/// Refuses a key that cannot be sent.
pub(super) fn check_key(
    settings: &Settings,
    name: &str,
    key: &Secret,
) -> Result<(), config::Error> {
    if HeaderValue::try_from(key.expose()).is_ok() {
        return Ok(());
    }
    let remedy = "copy it again, without line breaks";
    Err(settings.refuse(name, "holds characters that no key has", remedy))
}

fn is_base_url(uri: &Uri) -> bool {
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    is_http && has_host && !has_user && uri.query().is_none()
}
