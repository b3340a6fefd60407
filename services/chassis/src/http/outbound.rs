use std::sync::Arc;

use serde::Deserialize;

use crate::http::policy::Policy;
use crate::http::resolve::System;
use crate::http::{Client, Error, Resolve, tls};

/// What URLs from callers may reach beside the public internet.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct OutboundConfig {
    /// Hosts, addresses or networks, each with an optional port.
    pub allow: Vec<String>,
    /// Whether this machine itself: only while the gateway serves nobody else.
    #[serde(skip)]
    pub loopback: bool,
}

impl OutboundConfig {
    /// Whether every entry of the list can be understood.
    pub fn check(&self) -> Result<(), Error> {
        Policy::for_callers(self).map(drop)
    }
}

/// The two clients of a process, one for each sort of address.
#[derive(Clone, Debug)]
pub struct Outbound {
    operator: Client,
    caller: Client,
}

impl Outbound {
    /// Sets up TLS and the policy; connects nowhere.
    pub fn new(config: &OutboundConfig) -> Result<Self, Error> {
        Self::resolving(config, Arc::new(System))
    }

    /// The same with names looked up by `resolver`.
    pub fn resolving(config: &OutboundConfig, resolver: Arc<dyn Resolve>) -> Result<Self, Error> {
        let callers = Policy::for_callers(config)?;
        let tls = tls::config()?;
        let operator = Client::new(Policy::Operator, Arc::clone(&resolver), tls.clone());
        Ok(Self { operator, caller: Client::new(callers, resolver, tls) })
    }

    /// For what the operator configured: any address.
    pub fn operator(&self) -> Client {
        self.operator.clone()
    }

    /// For what a caller sent: public addresses, or what is allowed.
    pub fn caller(&self) -> Client {
        self.caller.clone()
    }
}
