//! Secrets of Secrets Manager, and parameters of Parameter Store.

mod content;
mod reference;
mod vault;

pub use crate::secrets::content::members;
pub use crate::secrets::vault::Vault;
