use serde::{Deserialize, Serialize};

/// Which table of a database is read, and what its columns hold. What is empty is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Mapping {
    /// The table's schema.
    pub(crate) schema: String,
    /// The table.
    pub(crate) table: String,
    pub(crate) layout: Preset,
    pub(crate) columns: Columns,
    /// The one of the table's own collections that is read, where it has some; `*` is all.
    pub(crate) collection_name: String,
    pub(crate) operator: Measure,
}

/// The names of columns that are not those of the layout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Columns {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) metadata: String,
    pub(crate) vector: String,
}

/// Whose tables look so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Preset {
    /// Whichever the columns fit.
    #[default]
    Auto,
    /// vecs, and LlamaIndex's SupabaseVectorStore.
    Vecs,
    /// LlamaIndex's PGVectorStore.
    LlamaindexPostgres,
    /// LangChain's PGVector.
    LangchainPgvector,
    /// PGVectorStore of langchain-postgres.
    LangchainPostgres,
    /// LangChain's and n8n's Supabase Vector Store.
    Supabase,
    /// n8n's Postgres PGVector Store, and LangChain.js's PGVectorStore.
    N8nPgvector,
    /// Columns that were named one by one.
    Custom,
}

/// How vectors are compared where no index says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Measure {
    /// As the table's index has it, else by cosine.
    #[default]
    Auto,
    Cosine,
    Product,
    Euclidean,
    Taxicab,
}

impl Mapping {
    /// What cannot be a mapping of any table, by the name within it, with the remedy.
    pub(crate) fn check(&self) -> Result<(), (&'static str, &'static str, &'static str)> {
        let Columns { id, text, metadata, vector } = &self.columns;
        let names = [
            ("schema", &self.schema),
            ("table", &self.table),
            ("columns.id", id),
            ("columns.text", text),
            ("columns.metadata", metadata),
            ("columns.vector", vector),
            ("collection_name", &self.collection_name),
        ];
        let wrong = names.iter().find(|(_, name)| name.contains('\0') || name.len() > LONGEST);
        if let Some((member, _)) = wrong {
            return Err((*member, "is no name that a database has", "name what is there"));
        }
        if self.layout == Preset::Custom && (id.is_empty() || vector.is_empty()) {
            let remedy =
                "name the columns of ids and of vectors, too: columns.id and columns.vector";
            return Err(("layout", "leaves columns open", remedy));
        }
        Ok(())
    }
}

/// In bytes; a database keeps no more of a name, with its schema.
const LONGEST: usize = 200;

impl Preset {
    /// The layouts by their names.
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("auto", Self::Auto),
        ("vecs", Self::Vecs),
        ("llamaindex-postgres", Self::LlamaindexPostgres),
        ("langchain-pgvector", Self::LangchainPgvector),
        ("langchain-postgres", Self::LangchainPostgres),
        ("supabase", Self::Supabase),
        ("n8n-pgvector", Self::N8nPgvector),
        ("custom", Self::Custom),
    ];

    /// The name that settings and callers use.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, preset)| *preset == self).map_or("auto", |(name, _)| name)
    }
}

impl Columns {
    /// Every name, the empty ones, too.
    pub(crate) fn all(&self) -> [&str; 4] {
        [&self.id, &self.text, &self.metadata, &self.vector]
    }
}
