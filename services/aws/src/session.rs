use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use tokio::sync::OnceCell;

const CONNECT: Duration = Duration::from_secs(2);
const ATTEMPT: Duration = Duration::from_secs(4);
const ATTEMPTS: u32 = 4;

/// How this process talks to AWS: region, credentials and endpoints as AWS's own tools find them.
///
/// Nothing is looked up before the first call; what was found then stays.
#[derive(Debug, Default)]
pub struct Session(OnceCell<SdkConfig>);

impl Session {
    /// A session that looks nothing up.
    #[cfg(test)]
    pub(crate) fn of(config: SdkConfig) -> Self {
        Self(OnceCell::new_with(Some(config)))
    }

    /// What every client is made from.
    pub(crate) async fn config(&self) -> &SdkConfig {
        self.0.get_or_init(load).await
    }
}

async fn load() -> SdkConfig {
    let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts =
        TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT);
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .timeout_config(timeouts.build())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .load()
        .await
}
