use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::Error;

/// The members of a secret that is a JSON object of texts.
pub fn members(name: &str, text: &str) -> Result<BTreeMap<String, String>, Error> {
    let member = |(field, value)| match value {
        Value::String(text) => Ok((field, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(shape(&format!("{name}#{field}"), "is no text; put its value in quotes"))
        }
    };
    object(name, text)?.into_iter().map(member).collect()
}

/// One member of a secret that is a JSON object.
pub(super) fn field(name: &str, text: &str, field: &str) -> Result<String, Error> {
    let path = format!("{name}#{field}");
    match object(name, text)?.remove(field) {
        Some(Value::String(text)) if text.is_empty() => Err(shape(&path, "is empty")),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(shape(&path, "is no text; put its value in quotes")),
        None => Err(shape(&path, "is not there: the secret has no such member")),
    }
}

fn object(name: &str, text: &str) -> Result<Map<String, Value>, Error> {
    // The parser's own words would quote the secret.
    serde_json::from_str(text).map_err(|_| shape(name, "is no JSON object"))
}

pub(super) fn shape(name: &str, what: &'static str) -> Error {
    Error::Shape { name: name.to_owned(), what }
}
