//! Records: JSON objects whose members become a document's text, title and metadata.

use serde_json::{Map, Value};

/// The members that are the text where a mapping names none; the first that is there.
const TEXTS: [&str; 3] = ["text", "content", "description"];
const TITLE: &str = "title";
const METADATA: &str = "metadata";

/// Which members of a record become what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The members that are the text; several are written as `name: value`, a line each. None: the
    /// first of `text`, `content` and `description` that is there, else every member that is a text.
    pub text: Vec<String>,
    /// The member that is the title; empty: `title`.
    pub title: String,
    /// The members that are the metadata; none: all that are neither text nor title.
    pub metadata: Vec<String>,
}

/// What a record says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// The text; empty where no member makes one.
    pub text: String,
    /// The title; empty where there is none.
    pub title: String,
    /// The metadata.
    pub metadata: Map<String, Value>,
}

impl Mapping {
    /// Takes a record apart. A member `metadata` that is an object is metadata member by member.
    pub fn apply(&self, mut record: Map<String, Value>) -> Parts {
        let title = if self.title.is_empty() { TITLE } else { &self.title };
        let texts = self.texts(&record, title);
        let text = text(&record, &texts);
        let title_text = record.get(title).and_then(shown);
        record.retain(|name, _| !texts.contains(name) && (name != title || title_text.is_none()));
        Parts { text, title: title_text.unwrap_or_default(), metadata: self.metadata(record) }
    }

    fn texts(&self, record: &Map<String, Value>, title: &str) -> Vec<String> {
        if !self.text.is_empty() {
            return self.text.clone();
        }
        let usual = TEXTS.into_iter().find(|name| record.get(*name).and_then(shown).is_some());
        let is_text = |(name, value): &(&String, &Value)| *name != title && value.is_string();
        match usual {
            Some(name) => vec![name.to_owned()],
            None => record.iter().filter(is_text).map(|(name, _)| name.clone()).collect(),
        }
    }

    fn metadata(&self, mut record: Map<String, Value>) -> Map<String, Value> {
        let own = match record.remove(METADATA) {
            Some(Value::Object(own)) => own,
            Some(other) => Map::from_iter([(METADATA.to_owned(), other)]),
            None => Map::new(),
        };
        let is_kept = |name: &String| self.metadata.is_empty() || self.metadata.contains(name);
        record
            .into_iter()
            .chain(own)
            .filter(|(name, value)| is_kept(name) && !value.is_null())
            .collect()
    }
}

/// One member as it is, several as lines that name them.
fn text(record: &Map<String, Value>, names: &[String]) -> String {
    let said = |name: &String| record.get(name).and_then(shown);
    if let [name] = names {
        return said(name).unwrap_or_default();
    }
    let lines = names.iter().filter_map(|name| Some(format!("{name}: {}", said(name)?)));
    lines.collect::<Vec<_>>().join("\n")
}

/// A value as people write it; nothing of null and of what is blank.
fn shown(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().filter_map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(_) => value.to_string(),
    };
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(mapping: &Mapping, record: &str) -> (String, String, String) {
        let parts = mapping.apply(serde_json::from_str(record).unwrap());
        (parts.text, parts.title, Value::Object(parts.metadata).to_string())
    }

    fn told(text: &str, title: &str, metadata: &str) -> (String, String, String) {
        (text.to_owned(), title.to_owned(), metadata.to_owned())
    }

    #[test]
    fn a_record_without_a_mapping_has_usual_names() {
        let usual = Mapping::default();
        let record = r#"{"title":"T","content":"C","description":"D","n":1,"metadata":{"a":2}}"#;
        assert_eq!(parts(&usual, record), told("C", "T", r#"{"description":"D","n":1,"a":2}"#));
        let record = r#"{"skill":"Rust","years":7,"note":"fast","none":null}"#;
        assert_eq!(parts(&usual, record), told("skill: Rust\nnote: fast", "", r#"{"years":7}"#));
        assert_eq!(parts(&usual, r#"{"n":1}"#), told("", "", r#"{"n":1}"#));
    }

    #[test]
    fn a_mapping_names_its_members() {
        let name = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let mapping = Mapping {
            text: name(&["skill", "tags", "gone"]),
            title: "skill".to_owned(),
            metadata: name(&["n"]),
        };
        let record = r#"{"skill":"Rust","tags":["a",1,null],"n":9007199254740993,"other":"x"}"#;
        assert_eq!(
            parts(&mapping, record),
            told("skill: Rust\ntags: a, 1", "Rust", r#"{"n":9007199254740993}"#)
        );
    }
}
