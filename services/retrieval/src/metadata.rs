//! A caller's own JSON: kept byte for byte, and its top-level members made findable by equality.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::Error;

const MOST: usize = 64 * 1024;
/// What is longer is found by its hash.
const LONGEST: usize = 64;

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

/// That a document's member has a value: what is stored, and what a filter looks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fact {
    pub(crate) field: String,
    pub(crate) value: String,
}

impl Fact {
    pub(crate) fn new(field: &str, value: &Scalar) -> Self {
        let value = match value {
            Scalar::Null => "null".to_owned(),
            Scalar::Bool(value) => value.to_string(),
            // Adding zero makes minus zero plain.
            Scalar::Number(value) => format!("n:{:e}", value + 0.0),
            Scalar::Text(value) => format!("s:{}", short(value)),
        };
        Self { field: short(field), value }
    }
}

/// What must hold of a document; nothing means every document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    /// As our own stores keep it.
    pub(crate) facts: Vec<Fact>,
    /// As JSON has it: each field once.
    pub(crate) members: Map<String, Value>,
}

impl Filter {
    /// Adds that a member equals a value.
    pub(crate) fn add(&mut self, field: &str, value: &Scalar) {
        self.facts.push(Fact::new(field, value));
        self.members.insert(field.to_owned(), value.json());
    }
}

impl Scalar {
    fn json(&self) -> Value {
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

/// The facts of a metadata text; empty text has none.
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
    Ok(members.iter().filter_map(|(name, value)| Some(Fact::new(name, &scalar(value)?))).collect())
}

fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::Null => Some(Scalar::Null),
        Value::Bool(value) => Some(Scalar::Bool(*value)),
        Value::Number(value) => value.as_f64().map(Scalar::Number),
        Value::String(value) => Some(Scalar::Text(value.clone())),
        Value::Array(_) | Value::Object(_) => None,
    }
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

fn short(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    // Longer than any text that is stored as it is, so the two cannot be taken for each other.
    format!("sha256:{}", hex::encode(Sha256::digest(text)))
}

fn invalid(path: impl Into<String>, why: impl Into<String>) -> Error {
    Error::InvalidMetadata { path: path.into(), why: why.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(text: &str) -> Fact {
        let mut facts = facts(text).unwrap();
        assert_eq!(facts.len(), 1, "{text}");
        facts.remove(0)
    }

    #[test]
    fn equal_numbers_are_one_fact_and_other_types_another() {
        let one = Fact::new("a", &Scalar::Number(1.0));
        for text in [r#"{"a":1}"#, r#"{"a":1.0}"#, r#"{"a":10e-1}"#] {
            assert_eq!(fact(text), one, "{text}");
        }
        for text in
            [r#"{"a":"1"}"#, r#"{"a":true}"#, r#"{"a":null}"#, r#"{"b":1}"#, r#"{"a":"n:1e0"}"#]
        {
            assert_ne!(fact(text), one, "{text}");
        }
        assert_eq!(fact(r#"{"a":-0.0}"#), Fact::new("a", &Scalar::Number(0.0)));
        assert_eq!(fact(r#"{"a":"null"}"#), Fact::new("a", &Scalar::Text("null".to_owned())));
    }

    #[test]
    fn lists_and_objects_are_no_facts() {
        assert_eq!(facts(r#"{"a":[1],"b":{"c":1}}"#).unwrap(), []);
        assert_eq!(facts("").unwrap(), []);
        assert_eq!(facts("{}").unwrap(), []);
    }

    #[test]
    fn long_values_are_told_apart() {
        let long = |end: &str| fact(&format!(r#"{{"a":"{}{end}"}}"#, "x".repeat(5000)));
        assert_ne!(long("1"), long("2"));
        assert!(long("1").value.len() < 100);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(500), "]".repeat(500));
        for text in
            ["[]", "1", "{", "nul", "{\"a\":1}x", r#"{"a":1e999}"#, r#"{"a":"\ud800"}"#, " ", &deep]
        {
            assert!(matches!(facts(text), Err(Error::InvalidMetadata { .. })), "{text}");
        }
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
