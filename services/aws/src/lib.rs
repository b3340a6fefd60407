//! What stands on AWS: secrets of Secrets Manager and Parameter Store, and spans for X-Ray.
//!
//! It knows no role and no setting of one: it reads what it is told to read, and sends what it is handed.
//! A secret's value leaves it only as the answer to who asked; no error and no log line has it.

mod error;
pub mod secrets;
mod session;
pub mod xray;

pub use crate::error::Error;
pub use crate::session::Session;
