//! Who calls, and on whose behalf.

mod caller;

pub use crate::auth::caller::{Tenant, current, scope};
