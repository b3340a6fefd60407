//! The idempotency key, which a caller may send in three places.

use http::HeaderMap;

use crate::attributes::Attributes;
use crate::error::Error;

const HEADER: &str = "Idempotency-Key";
const MEMBER: &str = "idempotency_key";
const ATTRIBUTE: &str = "X-Amzn-SageMaker-Custom-Attributes idem";
const INVALID_KEY: &str = "INVALID_IDEMPOTENCY_KEY";

/// The key, where every place that names one names the same.
pub(super) fn agreed(
    headers: &HeaderMap,
    member: Option<String>,
    attributes: &Attributes,
) -> Result<Option<String>, Error> {
    let mut keys = Vec::new();
    for value in headers.get_all(HEADER) {
        let key = value.to_str().map_err(|_| invalid(HEADER))?;
        keys.push((HEADER, unquoted(key.trim())));
    }
    keys.extend(member.map(|key| (MEMBER, key)));
    keys.extend(attributes.keys().map(|key| (ATTRIBUTE, key.to_owned())));
    let Some((place, key)) = keys.first().cloned() else { return Ok(None) };
    if let Some((other, _)) = keys.iter().find(|(_, other)| *other != key) {
        return Err(Error::KeysDiffer(place, other));
    }
    let is_visible = key.bytes().all(|byte| matches!(byte, b'!'..=b'~'));
    if !is_visible || !(1..=255).contains(&key.len()) {
        return Err(invalid(place));
    }
    Ok(Some(key))
}

fn invalid(place: &str) -> Error {
    Error::refused(INVALID_KEY, place, "must be 1 to 255 visible ASCII characters")
}

/// The key in the quotation marks of a structured header, or bare.
fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| text.to_owned(), |inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"))
}
