//! What a provider's failures are in our words; its own words stay outside, since they may quote.

use chassis::http::{Error as HttpError, retry_after};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::Error;
use crate::provider::TimeLimit;
use crate::provider::openai::NAME;
use crate::provider::openai::wire::{Problem, Reply};

const REQUEST_ID: &str = "x-request-id";
/// Codes and ids are names; what is longer or has other characters is none.
const LONGEST_NAME: usize = 100;

/// The provider was not reached, or its answer broke off.
pub(super) fn unreached(error: &HttpError, limit: TimeLimit) -> Error {
    match error {
        HttpError::Timeout { .. } if limit.is_deadline => Error::Deadline,
        HttpError::InvalidUrl(_) | HttpError::Refused { .. } | HttpError::InvalidAllow { .. } => {
            let why = format!("{error}; check generation.{NAME}.base_url");
            Error::ProviderRefused { provider: NAME, why }
        }
        HttpError::Timeout { .. }
        | HttpError::Connect { .. }
        | HttpError::Broken { .. }
        | HttpError::TooLarge { .. }
        | HttpError::Tls(_) => Error::unavailable(NAME, error.to_string()),
    }
}

/// The provider answered with what is no answer.
pub(super) fn malformed(what: &str) -> Error {
    Error::unavailable(NAME, what)
}

/// The provider answered with another status than 200.
pub(super) fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let reply: Reply = serde_json::from_slice(body).unwrap_or_default();
    let problem = reply.error.unwrap_or_default();
    let why = describe(&format!("HTTP {}", status.as_u16()), &problem, &request_id(headers));
    let (provider, retry_after) = (NAME, retry_after(headers));
    match status.as_u16() {
        401 | 403 => Error::ProviderDenied { provider, why },
        429 if is_spent(&problem) => Error::ProviderDenied { provider, why },
        429 => Error::ProviderThrottled { provider, why, retry_after },
        408 | 409 | 425 | 500.. => Error::ProviderUnavailable { provider, why, retry_after },
        300..=399 | 404 => {
            let why = format!("{why}; check generation.{NAME}.base_url and the model");
            Error::ProviderRefused { provider, why }
        }
        200..=299 => Error::ProviderUnavailable { provider, why, retry_after },
        _ => Error::ProviderRefused { provider, why },
    }
}

/// The provider told of an error where an answer or its next chunk was due.
pub(super) fn problem(problem: &Problem, request_id: &str) -> Error {
    let why = describe("an error in place of an answer", problem, request_id);
    let names = [name(&problem.code), name(&problem.r#type)];
    let is = |wanted: &str| names.iter().flatten().any(|name| name.contains(wanted));
    if is_spent(problem) {
        return Error::ProviderDenied { provider: NAME, why };
    }
    if is("rate_limit") {
        return Error::ProviderThrottled { provider: NAME, why, retry_after: None };
    }
    if is("invalid_request") || is("context_length") {
        return Error::ProviderRefused { provider: NAME, why };
    }
    Error::ProviderUnavailable { provider: NAME, why, retry_after: None }
}

/// The provider's own id of the request.
pub(super) fn request_id(headers: &HeaderMap) -> String {
    let id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    id.filter(|id| is_name(id)).unwrap_or_default().to_owned()
}

/// Whether a refusal says what no waiting changes.
pub(super) fn is_final(body: &[u8]) -> bool {
    let reply: Reply = serde_json::from_slice(body).unwrap_or_default();
    reply.error.is_some_and(|problem| is_spent(&problem))
}

/// An account without money: waiting does not help.
fn is_spent(problem: &Problem) -> bool {
    [&problem.code, &problem.r#type].into_iter().any(|name| name == "insufficient_quota")
}

fn describe(what: &str, problem: &Problem, request_id: &str) -> String {
    let code =
        name(&problem.code).or_else(|| name(&problem.r#type)).map(|code| format!(", {code}"));
    let param = name(&problem.param).map(|param| format!(" of {param}"));
    let id = (!request_id.is_empty()).then(|| format!(" (request {request_id})"));
    [Some(what.to_owned()), code, param, id].into_iter().flatten().collect()
}

fn name(value: &Value) -> Option<String> {
    let name = match value {
        Value::String(name) => name.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    is_name(&name).then_some(name)
}

fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
    // A key has the form of a name.
    (1..=LONGEST_NAME).contains(&text.len())
        && text.bytes().all(is_part)
        && !text.starts_with("sk-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_no_name() {
        assert!(!is_name("sk-proj-123") && !is_name("a b") && !is_name(""));
        assert!(is_name("messages.[0].content"));
    }
}
