//! Plays the platform that Amazon SageMaker puts around a container: it starts the processes as that does, asks `/ping`
//! as that does, and stands in front of them as `InvokeEndpoint` does, with its limits and its errors.
//!
//! It knows nothing of what the containers do, and holds no expectation of theirs: it keeps the rules and reports what
//! it saw. Where the platform's behaviour is not documented, the comment beside it says that it is a guess.

#![allow(
    clippy::disallowed_methods,
    reason = "a tool that stands alone: the product's chassis is what it tests, not what it stands on"
)]

mod caller;
mod container;
mod door;
mod endpoint;
mod error;
mod exchange;
mod header;
mod instance;
mod limits;
mod plan;
mod platform;
pub mod port;
mod process;
mod refusal;
mod signature;

pub use crate::caller::{Answer, Caller};
pub use crate::container::{Container, Phase, State};
pub use crate::endpoint::Endpoint;
pub use crate::error::Error;
pub use crate::instance::Instance;
pub use crate::limits::Limits;
pub use crate::plan::{ContainerPlan, Logs, Plan};
pub use crate::platform::Platform;
pub use crate::process::Stopped;
pub use crate::signature::Credentials;
