use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec;

use futures_util::future::BoxFuture;
use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::{BoxError, Service};
use url::Host;

use crate::http::policy::Policy;
use crate::http::{Error, Resolve, Target};

/// Dials what the policy permits: the very addresses that were checked, so that a name cannot change its mind.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub(super) policy: Arc<Policy>,
    pub(super) resolver: Arc<dyn Resolve>,
}

impl Service<Uri> for Guard {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = guard.addresses(&uri).await?;
            let mut connector = HttpConnector::new_with_resolver(Known(addresses));
            connector.enforce_http(false);
            connector.set_nodelay(true);
            Ok(connector.call(uri).await?)
        })
    }
}

impl Guard {
    /// The addresses to try; one that is forbidden among them forbids all.
    async fn addresses(&self, uri: &Uri) -> Result<Vec<SocketAddr>, Error> {
        let place = Target::place(uri).ok_or(Error::InvalidUrl("has no valid host"))?;
        let (host, port) = place;
        let (name, addresses) = match &host {
            Host::Ipv4(address) => (None, vec![(*address).into()]),
            Host::Ipv6(address) => (None, vec![(*address).into()]),
            Host::Domain(name) => (Some(name.as_str()), self.resolve(name).await?),
        };
        let permits = |address| self.policy.permits_address(name, address, port);
        if !addresses.iter().copied().all(permits) {
            return Err(Error::Refused { host: host.to_string() });
        }
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }

    async fn resolve(&self, name: &str) -> Result<Vec<std::net::IpAddr>, Error> {
        let unknown = |why: String| Error::Connect { host: name.to_owned(), why };
        let addresses = self.resolver.resolve(name.to_owned()).await;
        let addresses = addresses.map_err(|error| unknown(error.to_string()))?;
        if addresses.is_empty() {
            return Err(unknown("the name has no address".to_owned()));
        }
        Ok(addresses)
    }
}

/// Answers every name with the addresses that were checked for it.
#[derive(Clone)]
struct Known(Vec<SocketAddr>);

impl Service<Name> for Known {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Ready<Result<Self::Response, io::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        ready(Ok(self.0.clone().into_iter()))
    }
}
