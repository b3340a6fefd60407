//! A caller's own JSON: kept byte for byte, and its members made findable.

mod fact;

use serde_json::{Map, Value};

use crate::Error;
pub(crate) use crate::metadata::fact::{Fact, Key};

const MOST: usize = 64 * 1024;
/// In bytes; no longer path is followed.
const LONGEST_PATH: usize = 512;

/// What a member of a document's metadata equals, or should equal.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// The JSON null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number; `1` and `1.0` are the same one.
    Number(f64),
    /// A string.
    Text(String),
}

impl Scalar {
    /// A member's value; a list and an object are none.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self::Null),
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::Number(value) => value.as_f64().map(Self::Number),
            Value::String(value) => Some(Self::Text(value.clone())),
            Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The value as JSON has it.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            // Exactly the integers that a number can hold.
            Self::Number(value) if value.fract() == 0.0 && value.abs() < 9e15 => {
                Value::from(*value as i64)
            }
            Self::Number(value) => Value::from(*value),
            Self::Text(value) => Value::String(value.clone()),
        }
    }
}

/// What a field of a filter means: a member of this name, or else the end of a path.
pub(crate) fn member<'m>(members: &'m Map<String, Value>, field: &str) -> Option<&'m Value> {
    if let Some(value) = members.get(field) {
        return Some(value);
    }
    let mut names = path(field)?;
    let first = members.get(names.next()?)?;
    names.try_fold(first, |value, name| value.as_object()?.get(name))
}

/// The names on a path through objects; `None` where the field can only be a member's own name.
pub(crate) fn path(field: &str) -> Option<std::str::Split<'_, char>> {
    (field.contains('.') && field.len() <= LONGEST_PATH).then(|| field.split('.'))
}

/// The facts of a metadata text, in order, each once; empty text has none.
pub(crate) fn facts(text: &str) -> Result<Vec<Fact>, Error> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if text.len() > MOST {
        return Err(Error::TooLarge { path: "metadata", most: MOST });
    }
    let members: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| invalid("metadata", format!("must be a JSON object: {error}")))?;
    for (name, value) in &members {
        refuse_nul("metadata", name, value)?;
    }
    Ok(fact::of(&members))
}

/// One store cannot hold a NUL, so neither does.
fn refuse_nul(parent: &str, name: &str, value: &Value) -> Result<(), Error> {
    let path = format!("{parent}.{}", name.replace('\0', "\\u0000"));
    let holds = match value {
        Value::String(text) => text.contains('\0'),
        Value::Object(members) => {
            return members.iter().try_for_each(|(name, value)| refuse_nul(&path, name, value));
        }
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            return items.try_for_each(|(at, item)| refuse_nul(&path, &at.to_string(), item));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    };
    if holds || name.contains('\0') {
        return Err(invalid(path, "must not contain a NUL character"));
    }
    Ok(())
}

fn invalid(path: impl Into<String>, why: impl Into<String>) -> Error {
    Error::InvalidMetadata { path: path.into(), why: why.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_path_goes_through_objects_and_a_name_with_a_dot_goes_first() {
        let members = members(&json!({
            "a.b": 1, "a": { "b": 2, "c": { "d": 3 }, "e.f": 4, "": 5 }, "l": [{ "x": 6 }], "g.h": { "i": 7 }
        }));
        let cases = [
            ("a.b", Some(1)),
            ("a.c.d", Some(3)),
            ("a.", Some(5)),
            ("a.e.f", None),
            ("g.h.i", None),
            ("l.0.x", None),
            ("l.x", None),
            ("a.b.c", None),
            ("b", None),
            (".", None),
            ("a..b", None),
        ];
        for (field, expected) in cases {
            assert_eq!(member(&members, field), expected.map(Value::from).as_ref(), "{field}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(500), "]".repeat(500));
        for text in
            ["[]", "1", "{", "nul", "{\"a\":1}x", r#"{"a":1e999}"#, r#"{"a":"\ud800"}"#, " ", &deep]
        {
            assert!(matches!(facts(text), Err(Error::InvalidMetadata { .. })), "{text}");
        }
        assert_eq!((facts("").unwrap(), facts("{}").unwrap()), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_nul_is_refused_by_its_path() {
        for (text, path) in [
            (r#"{"a":"x\u0000"}"#, "metadata.a"),
            (r#"{"a":{"b":[1,"\u0000"]}}"#, "metadata.a.b.1"),
            (r#"{"a\u0000":1}"#, "metadata.a\\u0000"),
        ] {
            let error = facts(text).unwrap_err();
            assert!(
                matches!(&error, Error::InvalidMetadata { path: at, .. } if at == path),
                "{error}"
            );
        }
    }
}
