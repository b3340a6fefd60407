use sha2::{Digest, Sha256};

use crate::embed::Purpose;

/// What a setting says that leaves a prefix to the model.
const AUTO: &str = "auto";
/// What models want before queries and passages, by a part of their names; the first that fits counts.
const KNOWN: [(&str, &str, &str); 9] = [
    ("embeddinggemma", "task: search result | query: ", "title: none | text: "),
    ("nomic-embed-text", "search_query: ", "search_document: "),
    (
        "e5-large-instruct",
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
        "",
    ),
    ("multilingual-e5", "query: ", "passage: "),
    ("/e5-", "query: ", "passage: "),
    ("mxbai-embed", ENGLISH, ""),
    ("bge-small-en", ENGLISH, ""),
    ("bge-base-en", ENGLISH, ""),
    ("bge-large-en", ENGLISH, ""),
];
const ENGLISH: &str = "Represent this sentence for searching relevant passages: ";

/// What stands before a text when it is embedded, by what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prefixes {
    query: String,
    passage: String,
    /// Names what differs from the model's own; empty where nothing does.
    version: String,
}

impl Prefixes {
    /// The model's own, or others in their place.
    pub(crate) fn of(model: &str, query: &str, passage: &str) -> Self {
        let lower = model.to_lowercase();
        let known = KNOWN.iter().find(|(part, ..)| lower.contains(part));
        let (own_query, own_passage) =
            known.map_or(("", ""), |(_, query, passage)| (query, passage));
        let query = if query == AUTO { own_query } else { query };
        let passage = if passage == AUTO { own_passage } else { passage };
        let is_own = (query, passage) == (own_query, own_passage);
        let version = if is_own { String::new() } else { name(query, passage) };
        Self { query: query.to_owned(), passage: passage.to_owned(), version }
    }

    /// A text with what stands before it.
    pub(super) fn put(&self, purpose: Purpose, text: &str) -> String {
        let prefix = match purpose {
            Purpose::Query => &self.query,
            Purpose::Passage => &self.passage,
        };
        format!("{prefix}{text}")
    }

    /// A part of the version of the space: vectors of other prefixes are other vectors.
    pub(super) fn version(&self) -> &str {
        &self.version
    }
}

fn name(query: &str, passage: &str) -> String {
    let digest = Sha256::new().chain_update(query).chain_update([0]).chain_update(passage);
    format!("prefix-{}", hex::encode(&digest.finalize()[..4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_have_prefixes_of_their_own() {
        for (model, query, passage) in [
            ("intfloat/e5-base-v2", "query: a", "passage: a"),
            ("intfloat/multilingual-e5-small", "query: a", "passage: a"),
            (
                "google/embeddinggemma-300m",
                "task: search result | query: a",
                "title: none | text: a",
            ),
            ("nomic-ai/nomic-embed-text-v1.5", "search_query: a", "search_document: a"),
            ("BAAI/bge-m3", "a", "a"),
            ("sentence-transformers/all-MiniLM-L6-v2", "a", "a"),
        ] {
            let prefixes = Prefixes::of(model, AUTO, AUTO);
            let put = |purpose| prefixes.put(purpose, "a");
            assert_eq!(
                (put(Purpose::Query).as_str(), put(Purpose::Passage).as_str()),
                (query, passage)
            );
            assert_eq!(prefixes.version(), "");
        }
    }

    #[test]
    fn other_prefixes_make_another_space() {
        let own = Prefixes::of("intfloat/e5-base-v2", "query: ", "passage: ");
        let none = Prefixes::of("intfloat/e5-base-v2", "", "");
        let half = Prefixes::of("intfloat/e5-base-v2", AUTO, "");
        assert_eq!((own.version(), none.put(Purpose::Query, "a").as_str()), ("", "a"));
        assert!(none.version().starts_with("prefix-") && none.version() != half.version());
    }
}
