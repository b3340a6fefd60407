//! Whether a caller may have this address called.

use chassis::http::{Error as HttpError, Outbound};

use crate::error::Error;
use crate::outbox::Address;

/// The address, where it may be called: the operator's own origin, or what the policy for callers permits.
///
/// A name's addresses are looked at again whenever it is called.
pub(super) fn check(
    url: &str,
    webhook: Option<&Address>,
    outbound: &Outbound,
) -> Result<Address, Error> {
    let target = outbound.operator().check(url).map_err(|error| refused(&error))?;
    let address = Address { url: url.to_owned(), origin: target.origin() };
    if webhook.is_some_and(|webhook| webhook.origin == address.origin) {
        return Ok(address);
    }
    outbound.caller().check(url).map_err(|error| refused(&error))?;
    Ok(address)
}

fn refused(error: &HttpError) -> Error {
    match error {
        HttpError::Refused { .. } => Error::CallbackNotAllowed(error.to_string()),
        HttpError::InvalidUrl(_)
        | HttpError::Connect { .. }
        | HttpError::Timeout { .. }
        | HttpError::Broken { .. }
        | HttpError::TooLarge { .. }
        | HttpError::InvalidAllow { .. }
        | HttpError::Tls(_) => Error::InvalidCallback(error.to_string()),
    }
}
