use std::io;

/// What keeps an endpoint from being what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The platform would refuse the model or the endpoint as it is described.
    #[error("{0}")]
    Plan(String),
    /// The front door cannot listen where it was told to.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: String,
        /// Why not.
        source: io::Error,
    },
    /// A folder for logs or for a container cannot be made.
    #[error("cannot prepare {path}: {source}")]
    Folder {
        /// Which.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// No ports are left to give to containers.
    #[error("no {0} free ports in a row between 12000 and 32000 on 127.0.0.1")]
    Ports(u16),
    /// A container never came into service.
    #[error("container `{hostname}` of instance {instance}: {why}")]
    Container {
        /// Its hostname.
        hostname: String,
        /// The number of its instance.
        instance: usize,
        /// What happened to it.
        why: String,
    },
    /// A call got no answer at all.
    #[error("the call failed: {0}")]
    Call(String),
}
