use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use crate::auth::{TENANT, current};
use crate::secret::Secret;

/// What a client presents: the suite's internal token and a tenant's name, or a caller's token.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    bearer: Option<HeaderValue>,
    is_role: bool,
}

impl Credentials {
    /// The internal token where there is one, since it speaks for every tenant, else the callers'.
    ///
    /// A token that no header can hold is not sent, so the peer refuses the call; [`is_token`] tells
    /// at start.
    pub fn new(internal_token: &Secret, grpc_token: &Secret) -> Self {
        let is_role = !internal_token.is_empty();
        let token = if is_role { internal_token } else { grpc_token };
        Self { bearer: token.get().and_then(bearer), is_role }
    }

    /// Writes them into the headers of a call, in place of any others.
    pub fn write(&self, headers: &mut HeaderMap) {
        let Some(bearer) = &self.bearer else { return };
        headers.insert(AUTHORIZATION, bearer.clone());
        headers.remove(TENANT);
        if self.is_role
            && let Ok(tenant) = HeaderValue::from_str(current().as_str())
        {
            headers.insert(TENANT, tenant);
        }
    }
}

/// Whether a text can be sent as a token and is read again as it was: visible ASCII, no spaces.
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn bearer(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}
