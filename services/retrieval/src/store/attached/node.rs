//! What a row's metadata says: the text, a title, and what remains for the caller.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

/// LlamaIndex keeps the whole node here, as JSON in a string.
const NODE: &str = "_node_content";
/// What is LlamaIndex's own, and of no use to callers.
const PRIVATE: &str = "_node_";
/// Where the text is that nobody's library put there.
const TEXTS: [&str; 6] = ["text", "content", "page_content", "document", "body", "chunk"];
const TITLES: [&str; 3] = ["title", "name", "file_name"];
/// In bytes: so much of a text goes into a passage.
pub(super) const MOST_TEXT: usize = 64 * 1024;

/// The text of a row, for statements. A row whose text cannot be read fails the statement.
pub(super) const TEXT: &str = "coalesce(
    (metadata ->> '_node_content')::jsonb ->> 'text',
    (metadata ->> '_node_content')::jsonb -> 'text_resource' ->> 'text',
    metadata ->> 'text', metadata ->> 'content', metadata ->> 'page_content',
    metadata ->> 'document', metadata ->> 'body', metadata ->> 'chunk')";

/// The same of rows that no library wrote: the string is taken out of the JSON as it stands.
pub(super) const RAW_TEXT: &str = r#"coalesce(
    replace(substring(metadata ->> '_node_content' from '"text": ?"((?:[^"\\]|\\.)*)"'), '\n', ' '),
    metadata ->> 'text', metadata ->> 'content', metadata ->> 'page_content',
    metadata ->> 'document', metadata ->> 'body', metadata ->> 'chunk')"#;

/// A row, as a reader sees it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Node {
    pub(super) text: String,
    pub(super) title: String,
    /// JSON again, without what is private; empty where nothing is left.
    pub(super) metadata: String,
}

impl Node {
    /// Reads a row by its metadata, and by the column of its text where there is one; metadata that
    /// is no object says nothing.
    pub(super) fn read(metadata: &str, body: Option<String>) -> Self {
        let members: BTreeMap<String, Box<RawValue>> =
            serde_json::from_str(metadata).unwrap_or_default();
        let string = |name: &str| serde_json::from_str::<String>(members.get(name)?.get()).ok();
        let first = |names: &[&str]| {
            names.iter().find_map(|name| string(name).filter(|text| !text.trim().is_empty()))
        };
        let within = || string(NODE).and_then(|node| text_of(&node)).or_else(|| first(&TEXTS));
        let mut text = body.or_else(within).unwrap_or_default();
        text.truncate(text.floor_char_boundary(MOST_TEXT));
        let title = first(&TITLES).unwrap_or_default();
        Self { text, title, metadata: rest(members) }
    }
}

fn text_of(node: &str) -> Option<String> {
    let node: Value = serde_json::from_str(node).ok()?;
    let text = node.get("text").or_else(|| node.get("text_resource")?.get("text"));
    Some(text?.as_str()?.to_owned())
}

fn rest(mut members: BTreeMap<String, Box<RawValue>>) -> String {
    members.retain(|name, _| !name.starts_with(PRIVATE));
    if members.is_empty() {
        return String::new();
    }
    serde_json::to_string(&members).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_json_in_a_string() {
        let row = r#"{"years": 7, "_node_type": "TextNode", "big": 12345678901234567890123, "_node_content": "{\"text\": \"Z\u00fcrich \\\"rust\\\"\"}"}"#;
        let node = Node::read(row, None);
        assert_eq!(node.text, "Zürich \"rust\"");
        assert_eq!(node.metadata, r#"{"big":12345678901234567890123,"years":7}"#);
    }

    #[test]
    fn later_nodes_keep_their_text_in_a_resource() {
        let row = r#"{"_node_content": "{\"text_resource\": {\"text\": \"Here.\"}}"}"#;
        assert_eq!(Node::read(row, None), Node { text: "Here.".to_owned(), ..Node::default() });
    }

    #[test]
    fn a_text_may_stand_in_the_metadata_itself() {
        let row = r#"{"content": "A text.", "title": "A title", "text": " "}"#;
        let node = Node::read(row, None);
        assert_eq!((node.text.as_str(), node.title.as_str()), ("A text.", "A title"));
        let row = r#"{"_node_content": "{broken", "text": "Still."}"#;
        assert_eq!(Node::read(row, None).text, "Still.");
    }

    #[test]
    fn a_text_that_has_a_column_is_that() {
        let row = r#"{"text": "Not this.", "_node_content": "{\"text\": \"\"}"}"#;
        let node = Node::read(row, Some("This.".to_owned()));
        assert_eq!(node.text, "This.");
        assert_eq!(node.metadata, r#"{"text":"Not this."}"#);
    }

    #[test]
    fn what_says_nothing_is_empty() {
        for row in ["", "{}", "[]", "null", "7", "{\"text\": 7}", "{\"_node_content\": {}}"] {
            assert_eq!(Node::read(row, None).text, "", "{row}");
        }
    }

    #[test]
    fn a_huge_text_is_cut_between_characters() {
        let row = serde_json::json!({ "text": "é".repeat(MOST_TEXT) }).to_string();
        assert_eq!(Node::read(&row, None).text.len(), MOST_TEXT);
    }
}
