use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use subtle::{Choice, ConstantTimeEq};

use crate::auth::{TENANT, Tenant};
use crate::failure::{Failure, Kind};
use crate::secret::Secret;

/// Why a caller was turned away; deliberately without what it presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No credentials came, or none of the kind that is asked for.
    #[error(
        "no token: send the header `authorization: Bearer <token>` with the value of grpc.token"
    )]
    MissingToken,
    /// The token is not the one that was configured.
    #[error("wrong token: compare it with grpc.token, and grpc.internal_token between roles")]
    WrongToken,
    /// A role named a tenant in a way that nobody can be named.
    #[error("header throughline-tenant must be one name of a-z, 0-9, - and _, at most 63 long")]
    InvalidTenant,
}

impl Failure for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::MissingToken | Self::WrongToken | Self::InvalidTenant => Kind::Unauthenticated,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::MissingToken => "MISSING_TOKEN",
            Self::WrongToken => "WRONG_TOKEN",
            Self::InvalidTenant => "INVALID_TENANT",
        }
    }
}

/// Decides for whom a request may act, by tokens that were configured once.
///
/// Without any token everybody is the configured tenant. With one, the callers' token stands for
/// that tenant, and the suite's internal token for whichever tenant its bearer names.
#[derive(Clone, Debug)]
pub struct Verifier {
    grpc_token: Secret,
    internal_token: Secret,
    tenant: Tenant,
}

impl Verifier {
    /// A verifier of these tokens; an empty one admits nobody.
    pub fn new(grpc_token: Secret, internal_token: Secret, tenant: Tenant) -> Self {
        Self { grpc_token, internal_token, tenant }
    }

    /// The tenant that a request with these headers acts for.
    ///
    /// # Errors
    ///
    /// Whoever presents no token or a wrong one is refused, where one is configured.
    pub fn verify(&self, headers: &HeaderMap) -> Result<Tenant, Error> {
        if self.grpc_token.is_empty() && self.internal_token.is_empty() {
            return Ok(self.tenant.clone());
        }
        let token = bearer(headers).ok_or(Error::MissingToken)?;
        // Both are compared, whatever the first says: the time taken tells nothing.
        let is_caller = matches(&self.grpc_token, token);
        let is_role = matches(&self.internal_token, token);
        match (bool::from(is_role), bool::from(is_caller)) {
            (true, _) => self.named(headers),
            (false, true) => Ok(self.tenant.clone()),
            (false, false) => Err(Error::WrongToken),
        }
    }

    /// A name that is none must not fall back to somebody else's data.
    fn named(&self, headers: &HeaderMap) -> Result<Tenant, Error> {
        let mut names = headers.get_all(TENANT).iter();
        match (names.next(), names.next()) {
            (None, _) => Ok(self.tenant.clone()),
            (Some(name), None) => parse(name).ok_or(Error::InvalidTenant),
            (Some(_), Some(_)) => Err(Error::InvalidTenant),
        }
    }
}

fn parse(name: &HeaderValue) -> Option<Tenant> {
    Tenant::new(name.to_str().ok()?)
}

/// The token of the one `authorization` header; of two, neither is believed.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = value.as_bytes().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

fn matches(secret: &Secret, token: &[u8]) -> Choice {
    let is_set = Choice::from(u8::from(!secret.is_empty()));
    is_set & secret.expose().as_bytes().ct_eq(token)
}
