//! Who calls, and on whose behalf.
//!
//! A server believes a bearer token only, and a tenant's name only beside the suite's own token.

mod caller;
mod client;
mod credentials;
mod server;
mod verifier;

pub use crate::auth::caller::{Tenant, current, scope};
pub use crate::auth::client::{AuthClient, ClientAuth};
pub use crate::auth::credentials::{Credentials, is_token};
pub use crate::auth::server::{AuthServer, ServerAuth};
pub use crate::auth::verifier::{Error, Verifier};

/// The header in which one role of the suite tells another for which tenant it works.
pub const TENANT: &str = "throughline-tenant";

/// The tenant that a request was made for, as the auth layer found it.
pub fn tenant<T>(request: &tonic::Request<T>) -> Tenant {
    request.extensions().get::<Tenant>().cloned().unwrap_or_default()
}
