//! What a callback of a caller's own asks for before it lets us in.

use std::fmt;

use chassis::secret::Secret;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::json;

use crate::error::Error;
use crate::webhook;

const LONGEST_USER: usize = 256;
const LONGEST_PASS: usize = 1024;
const LONGEST_NAME: usize = 64;
const LONGEST_VALUE: usize = 4096;

/// Headers that a delivery or its connection sets itself.
const OURS: [&str; 16] = [
    "baggage",
    "connection",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "range",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-amzn-trace-id",
];
/// How such headers begin.
const OUR_PREFIXES: [&str; 4] = ["content-", "proxy-", "webhook-", "accept"];

/// A credential that a caller sent for its own callback; printing it does not show it.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// HTTP Basic.
    Basic {
        /// Who.
        user: String,
        /// The password.
        pass: Secret,
    },
    /// One header.
    Header {
        /// The header's name.
        name: String,
        /// What it holds.
        value: Secret,
    },
}

impl Credential {
    /// Refuses what no request can carry, and what would replace a header of ours.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Basic { user, pass } => {
                is_word("callback.auth.basic.user", user, LONGEST_USER)?;
                if user.contains(':') {
                    return Err(invalid("callback.auth.basic.user", "must not hold a colon"));
                }
                is_word("callback.auth.basic.pass", pass.expose(), LONGEST_PASS)
            }
            Self::Header { name, value } => {
                is_free("callback.auth.header.name", name)?;
                is_visible("callback.auth.header.value", value.expose())
            }
        }
    }

    /// The header that carries it; `None` for what [`Self::check`] refuses.
    pub(crate) fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::Basic { user, pass } => Some((AUTHORIZATION, webhook::basic(user, pass)?)),
            Self::Header { name, value } => {
                let mut value = HeaderValue::try_from(value.expose()).ok()?;
                value.set_sensitive(true);
                Some((HeaderName::try_from(name).ok()?, value))
            }
        }
    }

    /// The same credential as the same text, for sealing.
    pub(crate) fn text(&self) -> Secret {
        let text = match self {
            Self::Basic { user, pass } => json!({"basic": {"user": user, "pass": pass.expose()}}),
            Self::Header { name, value } => {
                json!({"header": {"name": name.to_ascii_lowercase(), "value": value.expose()}})
            }
        };
        text.to_string().into()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic(***)",
            Self::Header { .. } => "Header(***)",
        })
    }
}

fn invalid(field: &'static str, what: &'static str) -> Error {
    Error::InvalidCallbackAuth { field, what }
}

/// A part of a Basic credential.
fn is_word(field: &'static str, text: &str, longest: usize) -> Result<(), Error> {
    if text.is_empty() {
        return Err(invalid(field, "must not be empty"));
    }
    if text.len() > longest {
        return Err(invalid(field, "is too long"));
    }
    if text.chars().any(char::is_control) {
        return Err(invalid(field, "holds a control character"));
    }
    Ok(())
}

/// A header's name that is not taken.
fn is_free(field: &'static str, name: &str) -> Result<(), Error> {
    let is_name = name.len() <= LONGEST_NAME && HeaderName::try_from(name).is_ok();
    if !is_name {
        return Err(invalid(field, "is no name that a header can have"));
    }
    let name = name.to_ascii_lowercase();
    let is_ours =
        OURS.contains(&name.as_str()) || OUR_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    if is_ours {
        return Err(invalid(field, "names a header that is set by the delivery itself"));
    }
    Ok(())
}

/// A header's value, as every receiver reads it the same way.
fn is_visible(field: &'static str, value: &str) -> Result<(), Error> {
    if value.trim_ascii().is_empty() || value.trim_ascii().len() != value.len() {
        return Err(invalid(field, "must not be empty, nor begin or end with a space"));
    }
    if value.len() > LONGEST_VALUE {
        return Err(invalid(field, "is too long"));
    }
    if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(invalid(field, "must be visible ascii characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(user: &str, pass: &str) -> Credential {
        Credential::Basic { user: user.to_owned(), pass: pass.to_owned().into() }
    }

    fn header(name: &str, value: &str) -> Credential {
        Credential::Header { name: name.to_owned(), value: value.to_owned().into() }
    }

    #[test]
    fn what_a_request_can_carry_is_taken() {
        for good in [
            basic("n8n", "p:a ss"),
            basic("ä", "ü"),
            header("X-Key", "k"),
            header("Authorization", "Bearer a.b.c"),
            header("x", &"v".repeat(4096)),
        ] {
            good.check().unwrap();
            assert!(good.header().is_some_and(|(_, value)| value.is_sensitive()));
        }
    }

    #[test]
    fn what_would_break_a_request_is_refused_by_field() {
        for (bad, field) in [
            (basic("", "x"), "callback.auth.basic.user"),
            (basic("a:b", "x"), "callback.auth.basic.user"),
            (basic("a\r\nb", "x"), "callback.auth.basic.user"),
            (basic(&"u".repeat(257), "x"), "callback.auth.basic.user"),
            (basic("a", ""), "callback.auth.basic.pass"),
            (basic("a", "\0"), "callback.auth.basic.pass"),
            (basic("a", &"p".repeat(1025)), "callback.auth.basic.pass"),
            (header("", "x"), "callback.auth.header.name"),
            (header("a b", "x"), "callback.auth.header.name"),
            (header("a\r\nb", "x"), "callback.auth.header.name"),
            (header(&"n".repeat(65), "x"), "callback.auth.header.name"),
            (header("Webhook-Id", "x"), "callback.auth.header.name"),
            (header("Content-Length", "1"), "callback.auth.header.name"),
            (header("TRACEPARENT", "x"), "callback.auth.header.name"),
            (header("host", "x"), "callback.auth.header.name"),
            (header("Transfer-Encoding", "chunked"), "callback.auth.header.name"),
            (header("Connection", "close"), "callback.auth.header.name"),
            (header("x-key", ""), "callback.auth.header.value"),
            (header("x-key", " x"), "callback.auth.header.value"),
            (header("x-key", "a\r\nx-evil: 1"), "callback.auth.header.value"),
            (header("x-key", "a\0"), "callback.auth.header.value"),
            (header("x-key", "a\tb"), "callback.auth.header.value"),
            (header("x-key", "ä"), "callback.auth.header.value"),
            (header("x-key", &"v".repeat(4097)), "callback.auth.header.value"),
        ] {
            let Err(Error::InvalidCallbackAuth { field: told, .. }) = bad.check() else {
                panic!("{field} was taken: {:?}", bad.text().expose());
            };
            assert_eq!(told, field);
        }
    }

    #[test]
    fn it_is_not_printed() {
        let told = format!("{:?} {:?}", basic("me", "canary"), header("x-key", "canary"));
        assert_eq!(told, "Basic(***) Header(***)");
    }
}
