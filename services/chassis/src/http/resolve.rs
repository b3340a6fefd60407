use std::fmt;
use std::io;
use std::net::IpAddr;

use futures_util::future::BoxFuture;

/// Turns a name into addresses; the seam at which a test says what a name means.
pub trait Resolve: fmt::Debug + Send + Sync {
    /// Every address of a name.
    fn resolve(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The machine's own resolver.
#[derive(Clone, Copy, Debug)]
pub(super) struct System;

impl Resolve for System {
    fn resolve(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((name, 0)).await?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    }
}
