//! A bug in one request must not take its neighbours down, nor tell their content.

mod body;
mod caught;
mod server;

pub(crate) use crate::panic::caught::PANIC;
pub use crate::panic::caught::{Caught, catch, contain};
pub use crate::panic::server::{PanicServer, ServerPanic};
