//! The layouts that are known: how the columns are called that a library makes.

use crate::attachment::{Columns, Preset};

/// How a library's tables look. A table is one where it has all of these columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual {
    pub(super) preset: Preset,
    /// The first of these that there is.
    pub(super) id: &'static [&'static str],
    /// None where the text is in the metadata.
    pub(super) text: Option<&'static str>,
    /// None where it may be missing.
    pub(super) metadata: &'static str,
    pub(super) vector: &'static str,
    /// The column that says which of the table's own collections a row belongs to.
    pub(super) member: Option<&'static str>,
    /// What else there must be.
    pub(super) also: &'static [&'static str],
    pub(super) extra: Extra,
}

/// Which other columns are read as metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    None,
    These(&'static [&'static str]),
    /// Every column that has no other meaning.
    Rest,
}

/// Known ones before those that others resemble.
pub(super) const USUAL: [Usual; 6] = [
    Usual { preset: Preset::Vecs, text: None, vector: "vec", ..PLAIN },
    Usual {
        preset: Preset::LlamaindexPostgres,
        metadata: "metadata_",
        also: &["node_id"],
        extra: Extra::These(&["node_id"]),
        ..PLAIN
    },
    Usual {
        preset: Preset::LangchainPgvector,
        id: &["id", "uuid"],
        text: Some("document"),
        metadata: "cmetadata",
        member: Some("collection_id"),
        also: &["collection_id"],
        extra: Extra::These(&["custom_id"]),
        ..PLAIN
    },
    Usual {
        preset: Preset::LangchainPostgres,
        id: &["langchain_id"],
        text: Some("content"),
        metadata: "langchain_metadata",
        extra: Extra::Rest,
        ..PLAIN
    },
    Usual { preset: Preset::Supabase, text: Some("content"), ..PLAIN },
    Usual { preset: Preset::N8nPgvector, member: Some("collection_id"), ..PLAIN },
];

const PLAIN: Usual = Usual {
    preset: Preset::N8nPgvector,
    id: &["id"],
    text: Some("text"),
    metadata: "metadata",
    vector: "embedding",
    member: None,
    also: &[],
    extra: Extra::None,
};

/// Which column of a table holds what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) preset: Preset,
    pub(super) id: String,
    pub(super) text: Option<String>,
    pub(super) metadata: Option<String>,
    pub(super) vector: String,
    pub(super) member: Option<String>,
    pub(super) extra: Extra,
}

/// What the columns mean by the layout that was named, or else by the first that they fit; names
/// that were given stand in place of the usual ones.
pub(super) fn meaning(there: &[&str], preset: Preset, given: &Columns) -> Result<Meaning, String> {
    let custom = || custom(there, given);
    match preset {
        // Whoever names everything means no layout.
        Preset::Auto if is_whole(given) => custom(),
        Preset::Auto => {
            let fits = USUAL.iter().find_map(|usual| usual.fit(there, given).ok());
            fits.map_or_else(custom, Ok)
        }
        Preset::Custom => custom(),
        Preset::Vecs
        | Preset::LlamaindexPostgres
        | Preset::LangchainPgvector
        | Preset::LangchainPostgres
        | Preset::Supabase
        | Preset::N8nPgvector => match USUAL.iter().find(|usual| usual.preset == preset) {
            Some(usual) => usual.fit(there, given),
            None => custom(),
        },
    }
}

impl Usual {
    /// What the columns mean in this layout, or which of them is missing.
    fn fit(&self, there: &[&str], given: &Columns) -> Result<Meaning, String> {
        let has = |name: &str| match there.contains(&name) {
            true => Ok(name.to_owned()),
            false => Err(missing(name)),
        };
        let named = |given: &str, usual: &str| has(if given.is_empty() { usual } else { given });
        for name in self.also {
            has(name)?;
        }
        let id = self.id.iter().find(|name| there.contains(*name)).unwrap_or(&self.id[0]);
        let is_open = given.metadata.is_empty() && self.extra == Extra::Rest;
        let metadata = match named(&given.metadata, self.metadata) {
            Err(_) if is_open => None,
            metadata => Some(metadata?),
        };
        let text = match (given.text.as_str(), self.text) {
            ("", None) => None,
            (given, usual) => Some(named(given, usual.unwrap_or_default())?),
        };
        Ok(Meaning {
            preset: self.preset,
            id: named(&given.id, id)?,
            text,
            metadata,
            vector: named(&given.vector, self.vector)?,
            member: self.member.filter(|name| there.contains(name)).map(str::to_owned),
            extra: self.extra,
        })
    }
}

/// Whether names were given for all that a table needs.
fn is_whole(given: &Columns) -> bool {
    let Columns { id, text, metadata, vector } = given;
    let has_content = !text.is_empty() || !metadata.is_empty();
    !id.is_empty() && !vector.is_empty() && has_content
}

/// What was named one by one.
fn custom(there: &[&str], given: &Columns) -> Result<Meaning, String> {
    if !is_whole(given) {
        return Err(format!("its columns ({}) fit no layout that is known", there.join(", ")));
    }
    let Columns { id, text, metadata, vector } = given;
    let optional = |name: &String| (!name.is_empty()).then(|| name.clone());
    let unknown = given.all().into_iter().find(|name| !name.is_empty() && !there.contains(name));
    match unknown {
        Some(name) => Err(missing(name)),
        None => Ok(Meaning {
            preset: Preset::Custom,
            id: id.clone(),
            text: optional(text),
            metadata: optional(metadata),
            vector: vector.clone(),
            member: None,
            extra: Extra::None,
        }),
    }
}

fn missing(column: &str) -> String {
    format!("it has no column {column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(there: &[&str]) -> Preset {
        meaning(there, Preset::Auto, &Columns::default()).unwrap().preset
    }

    #[test]
    fn columns_tell_whose_table_it_is() {
        for (there, preset) in [
            (&["id", "vec", "metadata"][..], Preset::Vecs),
            (&["id", "text", "metadata_", "node_id", "embedding"], Preset::LlamaindexPostgres),
            (
                &["id", "collection_id", "embedding", "document", "cmetadata"],
                Preset::LangchainPgvector,
            ),
            (
                &["uuid", "custom_id", "collection_id", "embedding", "document", "cmetadata"],
                Preset::LangchainPgvector,
            ),
            (&["langchain_id", "content", "embedding", "city"], Preset::LangchainPostgres),
            (&["id", "content", "metadata", "embedding"], Preset::Supabase),
            (&["id", "text", "metadata", "embedding", "collection_id"], Preset::N8nPgvector),
        ] {
            assert_eq!(found(there), preset, "{there:?}");
        }
    }

    #[test]
    fn a_name_that_was_given_stands_in_place_of_the_usual_one() {
        let given = Columns { text: "body".to_owned(), ..Columns::default() };
        let there = ["id", "body", "metadata", "embedding"];
        let found = meaning(&there, Preset::Auto, &given).unwrap();
        assert_eq!(found.text.as_deref(), Some("body"));
        let error = meaning(&there, Preset::Supabase, &Columns::default()).unwrap_err();
        assert_eq!(error, "it has no column content");
    }

    #[test]
    fn a_table_of_nobody_s_is_read_by_its_columns_names() {
        let there = ["key", "body", "v"];
        let error = meaning(&there, Preset::Auto, &Columns::default()).unwrap_err();
        assert_eq!(error, "its columns (key, body, v) fit no layout that is known");
        let [id, text, vector] = there.map(str::to_owned);
        let mut given = Columns { id, text, vector, ..Columns::default() };
        assert_eq!(meaning(&there, Preset::Auto, &given).unwrap().preset, Preset::Custom);
        given.metadata = "none".to_owned();
        let error = meaning(&there, Preset::Auto, &given).unwrap_err();
        assert_eq!(error, "it has no column none");
    }
}
