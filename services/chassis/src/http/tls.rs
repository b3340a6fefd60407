use std::sync::Arc;

use hyper_rustls::ConfigBuilderExt;
use rustls::ClientConfig;

use crate::http::Error;

/// Whom to believe: the machine's own authorities, so that a company's count; without any, the web's usual ones.
pub(super) fn config() -> Result<ClientConfig, Error> {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = || {
        let config = ClientConfig::builder_with_provider(Arc::clone(&ring));
        config.with_safe_default_protocol_versions().map_err(|error| Error::Tls(error.to_string()))
    };
    let config = match config()?.with_native_roots() {
        Ok(config) => config,
        Err(_) => config()?.with_webpki_roots(),
    };
    Ok(config.with_no_client_auth())
}
