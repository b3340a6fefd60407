//! What a process offers over gRPC, with the same layers whether it is reached locally or remotely.

mod health;
mod router;
mod serve;
mod services;
mod stack;
mod worded;

pub use crate::server::health::Health;
pub use crate::server::serve::{Error, serve};
pub use crate::server::services::Services;
pub use crate::server::stack::Stack;
