//! The outbound client against a real server: what it sends, where it goes, and where it stops.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod bounds;
mod corpus;
mod policy;
mod retrying;
mod server;
mod tls;
mod wire;

use std::time::Duration;

use bytes::Bytes;
use chassis::http::{Client, Outbound, OutboundConfig, Request};
use http::{HeaderMap, Method};

pub(crate) fn outbound(allow: &[&str], loopback: bool) -> Outbound {
    let allow = allow.iter().map(|entry| (*entry).to_owned()).collect();
    Outbound::new(&OutboundConfig { allow, loopback }).unwrap()
}

pub(crate) fn operator() -> Client {
    outbound(&[], false).operator()
}

pub(crate) fn get(url: &str) -> Request {
    Request {
        method: Method::GET,
        url: url.to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        timeout: Duration::from_secs(10),
        max_body: 16 << 10,
    }
}
