use std::fmt::Write;

use serde_json::Value;

/// A longer path says no more to anybody.
const LIMIT: usize = 200;

/// One step on the way to a value within JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A member of an object.
    Member(String),
    /// An item of a list, from 0.
    Item(usize),
}

/// A path as callers read it, such as `input.skills[2]`.
pub(super) fn shown(root: &str, parts: &[Part]) -> String {
    let mut path = root.to_owned();
    for part in parts {
        if path.len() > LIMIT {
            path.push('…');
            break;
        }
        // Writing to a text cannot fail.
        let _ = match part {
            Part::Item(index) => write!(path, "[{index}]"),
            Part::Member(name) if is_word(name) => write!(path, ".{name}"),
            Part::Member(name) => write!(path, "[{}]", quoted(name)),
        };
    }
    path
}

/// The parts of a JSON pointer into a value.
pub(super) fn parts(pointer: &str, value: &Value) -> Vec<Part> {
    let mut here = Some(value);
    let mut parts = Vec::new();
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        let items = here.and_then(Value::as_array);
        let (part, next) = match (items, name.parse::<usize>()) {
            (Some(items), Ok(index)) => (Part::Item(index), items.get(index)),
            _ => {
                let next = here.and_then(|here| here.get(&name));
                (Part::Member(name), next)
            }
        };
        parts.push(part);
        here = next;
    }
    parts
}

fn is_word(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    (1..=64).contains(&name.len()) && name.chars().all(is_part)
}

fn quoted(name: &str) -> String {
    let short: String = name.chars().take(64).collect();
    let mark = if short.len() < name.len() { "…" } else { "" };
    Value::from(format!("{short}{mark}")).to_string()
}
