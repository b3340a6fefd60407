//! Structured answers: what they must look like, and whether they do.

use chassis::failure::Violation;
use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use crate::Error;

const MAX_SCHEMA: usize = 256 * 1024;
const MAX_VIOLATIONS: usize = 20;

/// What an answer must look like.
#[derive(Debug)]
pub(crate) struct Schema {
    json: Value,
    validator: Validator,
}

/// Why an answer is not what the schema asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum Misfit {
    /// It is no JSON.
    NoJson,
    /// It is, and does not fit in these places.
    Violations(Vec<Violation>),
}

impl Misfit {
    /// What a model is told of it.
    pub(crate) fn remark(&self) -> String {
        let faults = match self {
            Self::NoJson => "it is no JSON".to_owned(),
            Self::Violations(violations) => {
                let fault = |fault: &Violation| format!("{} {}", fault.path, fault.message);
                violations.iter().map(fault).collect::<Vec<_>>().join("; ")
            }
        };
        format!(
            "Your answer does not fit the JSON schema: {faults}. Answer once more, with nothing \
             but JSON that fits it."
        )
    }
}

impl Schema {
    /// Reads a schema: a JSON object, within itself, as drafts 4 to 2020-12 have it.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_SCHEMA {
            return Err(Error::InvalidSchema("is larger than 256 KiB".to_owned()));
        }
        let json: Value = serde_json::from_str(text)
            .map_err(|error| Error::InvalidSchema(format!("is no JSON: {error}")))?;
        if !json.is_object() {
            return Err(Error::InvalidSchema("is no JSON object".to_owned()));
        }
        // Patterns in linear time: a schema may come from a caller.
        let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
        let validator = options.build(&json).map_err(|error| {
            Error::InvalidSchema(format!(
                "is no JSON schema: {} at {:?}",
                error.masked(),
                error.instance_path().as_str()
            ))
        })?;
        Ok(Self { json, validator })
    }

    /// The schema itself.
    pub(crate) fn json(&self) -> &Value {
        &self.json
    }

    /// Takes an answer if it fits, without the fence that some models put around JSON.
    pub(crate) fn accept(&self, text: &str) -> Result<String, Misfit> {
        let text = unfenced(text);
        let answer: Value = serde_json::from_str(text).map_err(|_| Misfit::NoJson)?;
        let errors = self.validator.iter_errors(&answer).take(MAX_VIOLATIONS);
        let violations: Vec<_> = errors.map(|error| violation(&error)).collect();
        if violations.is_empty() {
            Ok(text.to_owned())
        } else {
            Err(Misfit::Violations(violations))
        }
    }

    /// Whether it keeps to what providers can enforce while they write: every object lists its
    /// members, requires all of them and allows no others.
    pub(crate) fn is_strict(&self) -> bool {
        is_strict(&self.json)
    }
}

/// The place in the answer and the rule in the schema, without any value.
fn violation(error: &jsonschema::ValidationError<'_>) -> Violation {
    let path = error.instance_path().as_str().trim_start_matches('/').replace('/', ".");
    let path = if path.is_empty() { "answer".to_owned() } else { path };
    Violation { path, message: format!("breaks {} of the schema", error.schema_path().as_str()) }
}

fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    inner.map_or(text, |inner| inner.strip_prefix("json").unwrap_or(inner).trim())
}

fn is_strict(schema: &Value) -> bool {
    match schema {
        Value::Object(rules) => {
            let members = rules.get("properties").and_then(Value::as_object);
            let required = rules.get("required").and_then(Value::as_array);
            let is_closed = rules.get("additionalProperties") == Some(&Value::Bool(false));
            let is_object =
                rules.get("type").is_some_and(|kind| kind == "object") || members.is_some();
            let requires_all = members.is_none_or(|members| {
                let is_required = |name: &String| {
                    required.is_some_and(|names| names.iter().any(|required| required == name))
                };
                members.keys().all(is_required)
            });
            (!is_object || (is_closed && requires_all && members.is_some()))
                && rules.values().all(is_strict)
        }
        Value::Array(items) => items.iter().all(is_strict),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: &str = r#"{
        "type": "object", "additionalProperties": false, "required": ["skills"],
        "properties": { "skills": { "type": "array", "items": { "type": "string" } } }
    }"#;

    #[test]
    fn an_answer_that_fits_is_taken_without_its_fence() {
        let schema = Schema::parse(STRICT).unwrap();
        assert_eq!(
            schema.accept("```json\n{\"skills\": []}\n```"),
            Ok("{\"skills\": []}".to_owned())
        );
    }

    #[test]
    fn what_does_not_fit_is_named_without_its_value() {
        let schema = Schema::parse(STRICT).unwrap();
        let path = "skills.1".to_owned();
        let message = "breaks /properties/skills/items/type of the schema".to_owned();
        let wanted = Misfit::Violations(vec![Violation { path, message }]);
        assert_eq!(schema.accept(r#"{"skills": ["a", 7]}"#), Err(wanted));
        assert_eq!(schema.accept("a poem"), Err(Misfit::NoJson));
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        for text in [
            "[",
            "[]",
            "true",
            r#"{"type": "nothing"}"#,
            r#"{"pattern": "("}"#,
            r#"{"$ref": "https://example.com/x"}"#,
        ] {
            assert!(matches!(Schema::parse(text), Err(Error::InvalidSchema(_))), "{text}");
        }
    }

    #[test]
    fn only_closed_objects_are_strict() {
        assert!(Schema::parse(STRICT).unwrap().is_strict());
        for open in
            [r#"{"type": "object"}"#, r#"{"properties": {"a": {}}, "additionalProperties": false}"#]
        {
            assert!(!Schema::parse(open).unwrap().is_strict(), "{open}");
        }
    }
}
