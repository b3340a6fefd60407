use std::fmt;

use chassis::failure::Violation;
use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use crate::flow::{Error, locate, message, path};

/// So many violations are told at once.
pub(super) const LIMIT: usize = 50;

/// A JSON schema that was compiled once.
pub struct Schema {
    text: String,
    value: Value,
    validator: Validator,
}

impl Schema {
    /// Reads a schema; the file is what errors call it.
    pub(super) fn read(file: &str, text: &str) -> Result<Self, Error> {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let remedy = "correct the line, or the one above it";
            Error::new(file, error.line(), format!("is not JSON: {error}"), remedy)
        })?;
        if !value.is_object() {
            let remedy = "write a JSON object, such as `{\"type\": \"object\"}`";
            return Err(Error::new(file, 1, "is no JSON schema", remedy));
        }
        // Patterns meet what strangers sent, so they must not be able to run away.
        let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
        let validator = options.should_validate_formats(true).build(&value);
        let validator = validator.map_err(|error| broken(file, text, &error))?;
        Ok(Self { text: text.to_owned(), value, validator })
    }

    /// The schema as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The schema as JSON.
    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// The names of the members that the schema describes at its top; none where it describes none.
    pub(super) fn members(&self) -> Vec<&str> {
        let members = self.value.get("properties").and_then(Value::as_object);
        members.into_iter().flat_map(|members| members.keys().map(String::as_str)).collect()
    }

    /// Whether a value fits.
    pub fn fits(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// What does not fit, one violation for each place, with paths below `root`.
    pub(super) fn violations(&self, root: &str, value: &Value) -> Vec<Violation> {
        let mut violations: Vec<Violation> = Vec::new();
        for error in self.validator.iter_errors(value) {
            let parts = path::parts(error.instance_path().as_str(), value);
            for (member, message) in message::of(&error, &self.value) {
                let mut parts = parts.clone();
                parts.extend(member.map(path::Part::Member));
                let path = path::shown(root, &parts);
                if violations.len() < LIMIT && violations.iter().all(|known| known.path != path) {
                    violations.push(Violation { path, message });
                }
            }
        }
        violations
    }
}

fn broken(file: &str, text: &str, error: &jsonschema::ValidationError<'_>) -> Error {
    let pointer = error.instance_path().as_str();
    let line = locate::line(text, pointer);
    if pointer.ends_with("/type") {
        let message = format!("is no JSON schema: {} is no type", error.instance());
        return Error::new(file, line, message, TYPES);
    }
    let place = if pointer.is_empty() { String::new() } else { format!(" at `{pointer}`") };
    let message = format!("is no JSON schema{place}: {error}");
    Error::new(
        file,
        line,
        message,
        "correct it there; what it refers to must stand in the same file",
    )
}

const TYPES: &str = "the types are string, number, integer, boolean, object, array and null";

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").finish_non_exhaustive()
    }
}
