//! What a store keeps of metadata so that a filter finds it: texts whose order is that of values.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::filter::{Bound, instant};
use crate::metadata::{LONGEST_PATH, Scalar};
use crate::words::split;

/// In bytes; a longer name is found by its hash.
const LONGEST_NAME: usize = 64;
/// In bytes; a longer text is found by its beginning and its hash.
const LONGEST_TEXT: usize = 256;
const LIST: &str = "[";
const OBJECT: &str = "{";

/// That a document's member has a value, or something that a filter can ask of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fact {
    pub(crate) field: String,
    pub(crate) value: String,
}

/// The values that facts have.
pub(crate) struct Key;

impl Key {
    /// A field, shortened where it is long.
    pub(crate) fn field(field: &str) -> String {
        match field.len() <= LONGEST_NAME {
            true => field.to_owned(),
            // Longer than any name that is kept as it is, so the two cannot be taken for each other.
            false => format!("sha256:{}", hash(field)),
        }
    }

    /// That the member is this.
    pub(crate) fn scalar(value: &Scalar) -> String {
        match value {
            Scalar::Null => "null".to_owned(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Number(number) => Self::bound(Bound::Number(*number)),
            Scalar::Text(text) => Self::text(text),
        }
    }

    /// That the member is this text. One that begins so has this key, or one that begins so.
    pub(crate) fn text(text: &str) -> String {
        match text.len() <= LONGEST_TEXT {
            true => format!("s:{text}"),
            // Longer than any key of a text that is kept as it is.
            false => {
                let head = &text[..text.floor_char_boundary(LONGEST_TEXT)];
                format!("s:{head}…sha256:{}", hash(text))
            }
        }
    }

    /// That the member is this number, or a date at this instant. Keys are in the order of values.
    pub(crate) fn bound(bound: Bound) -> String {
        match bound {
            Bound::Number(number) => {
                // Adding zero makes minus zero plain.
                let bits = (number + 0.0).to_bits();
                let sign = 1 << 63;
                let ordered = if bits & sign == 0 { bits | sign } else { !bits };
                format!("n:{ordered:016x}")
            }
            Bound::Instant(micros) => format!("d:{:016x}", micros.cast_unsigned() ^ (1 << 63)),
        }
    }

    /// That the member is a text that has this word.
    pub(crate) fn word(word: &str) -> String {
        format!("w:{word}")
    }

    /// That the member is a list.
    pub(crate) fn list() -> String {
        LIST.to_owned()
    }

    /// That the member is a list that holds this.
    pub(crate) fn item(value: &Scalar) -> String {
        format!("{LIST}{}", Self::scalar(value))
    }
}

/// The facts of metadata, in order, each once.
pub(super) fn of(members: &Map<String, Value>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (name, value) in members {
        add(&mut facts, name, value);
        if !name.contains('.') {
            descend(&mut facts, members, name, value);
        }
    }
    facts.sort();
    facts.dedup();
    facts
}

/// Adds what paths through an object lead to, but where a member's own name hides it.
fn descend(facts: &mut Vec<Fact>, top: &Map<String, Value>, parent: &str, value: &Value) {
    let Some(members) = value.as_object().filter(|_| parent.len() < LONGEST_PATH) else { return };
    for (name, value) in members {
        let path = format!("{parent}.{name}");
        if name.contains('.') || path.len() > LONGEST_PATH {
            continue;
        }
        if !top.contains_key(&path) {
            add(facts, &path, value);
        }
        descend(facts, top, &path, value);
    }
}

/// Adds what there is to say of one member.
fn add(facts: &mut Vec<Fact>, field: &str, value: &Value) {
    let field = Key::field(field);
    let mut say = |value| facts.push(Fact { field: field.clone(), value });
    match value {
        Value::Array(items) => {
            say(Key::list());
            items.iter().filter_map(Scalar::of).for_each(|item| say(Key::item(&item)));
        }
        Value::Object(_) => say(OBJECT.to_owned()),
        Value::String(text) => {
            say(Key::text(text));
            split(text).iter().for_each(|word| say(Key::word(word)));
            if let Some(instant) = instant(text) {
                say(Key::bound(Bound::Instant(instant)));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            Scalar::of(value).iter().for_each(|value| say(Key::scalar(value)));
        }
    }
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(value: &Value) -> Vec<(String, String)> {
        let facts = of(value.as_object().unwrap());
        facts.into_iter().map(|fact| (fact.field, fact.value)).collect()
    }

    fn number(number: f64) -> String {
        Key::bound(Bound::Number(number))
    }

    #[test]
    fn keys_are_in_the_order_of_values() {
        let numbers = [f64::MIN, -2.0, -1.0, -1e-300, 0.0, 1e-300, 1.0, 1.5, 2.0, 1e300];
        assert!(numbers.map(number).is_sorted());
        assert_eq!(number(-0.0), number(0.0));
        let instants = [i64::MIN, -1, 0, 1, i64::MAX];
        assert!(instants.map(|micros| Key::bound(Bound::Instant(micros))).is_sorted());
    }

    #[test]
    fn each_member_has_what_can_be_asked_of_it() {
        let found = facts(
            &json!({ "a": "Ä b", "l": ["x", 1, [2], {"y": 3}, "x"], "o": { "p": true }, "n": null }),
        );
        let one = number(1.0);
        let expected = [
            ("a", "s:Ä b"),
            ("a", "w:a"),
            ("a", "w:b"),
            ("l", "["),
            ("l", &format!("[{one}")),
            ("l", "[s:x"),
            ("n", "null"),
            ("o", "{"),
            ("o.p", "true"),
        ];
        assert_eq!(found, expected.map(|(field, value)| (field.to_owned(), value.to_owned())));
        let date = facts(&json!({ "d": "2024-05-01" }));
        assert!(date.iter().any(|(_, value)| value.starts_with("d:")), "{date:?}");
    }

    #[test]
    fn a_long_text_keeps_its_beginning_and_a_long_name_its_hash() {
        let text = "é".repeat(400);
        let key = Key::text(&text);
        assert!(key.starts_with(&format!("s:{}", "é".repeat(128))) && key.len() < 340, "{key}");
        assert_ne!(key, Key::text(&"é".repeat(401)));
        assert_eq!(Key::field(&"f".repeat(65)).len(), 71);
        assert_eq!(Key::field(&"f".repeat(64)), "f".repeat(64));
    }

    #[test]
    fn a_name_with_a_dot_hides_a_path_and_no_path_is_endless() {
        assert_eq!(facts(&json!({ "a.b": 1, "a": { "b": 2 } })).len(), 2);
        let mut deep = json!(1);
        for _ in 0..100 {
            deep = json!({ "a-long-name": deep });
        }
        assert!(facts(&json!({ "x": deep })).len() < 50);
    }
}
