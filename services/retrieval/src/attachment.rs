//! Which tables of other programs appear as collections, and how they are read.

use serde::{Deserialize, Serialize};

use crate::Error;

/// What a name stands for that somebody attached: a table, and the database that has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct TableSource {
    /// The database, by the name that the settings give it; `database` is this program's own.
    pub database: String,
    /// The table, and what its columns hold.
    pub mapping: Mapping,
}

/// A table of vectors that could be attached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The database, by the name that the settings give it.
    pub database: String,
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// Whose layout it has; none where its columns must be named.
    pub layout: Option<Preset>,
    /// How long its vectors are; nothing where the column does not say.
    pub dimension: Option<u32>,
    /// The names of its own collections, where it has some.
    pub collections: Vec<String>,
    /// Why it cannot be attached as it is; empty where it can.
    pub problem: String,
}

/// Which table of a database is read, and what its columns hold. What is empty is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Mapping {
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// Whose layout it has.
    pub layout: Preset,
    /// Columns that are called otherwise there.
    pub columns: Columns,
    /// The one of the table's own collections that is read, where it has some; `*` is all.
    pub collection_name: String,
    /// How its vectors are compared.
    pub operator: Measure,
}

/// The names of columns that are not those of the layout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// Ids, each of them once.
    pub id: String,
    /// Texts.
    pub text: String,
    /// JSON objects.
    pub metadata: String,
    /// Vectors.
    pub vector: String,
}

/// Whose tables look so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
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
pub enum Measure {
    /// As the table's index has it, else by cosine.
    #[default]
    Auto,
    /// By the angle between them.
    Cosine,
    /// By their inner product.
    Product,
    /// By their distance.
    Euclidean,
    /// By the sum of the differences.
    Taxicab,
}

impl Mapping {
    /// What cannot be a mapping of any table, by the name within it, with the remedy.
    pub(crate) fn check(&self) -> Result<(), (&'static str, &'static str, &'static str)> {
        let Columns { id, text, metadata, vector } = &self.columns;
        let schema = self.table.split_once('.').map_or("", |(schema, _)| schema);
        if [self.schema.as_str(), schema].iter().any(|schema| is_closed(schema)) {
            let remedy = "name a table of another program";
            return Err(("schema", "is this program's own or the database's", remedy));
        }
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

/// Schemas whose tables are never anybody else's: this program's own, and the database's.
pub(crate) const CLOSED: [&str; 3] = ["retrieval", "jobs", "information_schema"];

fn is_closed(schema: &str) -> bool {
    CLOSED.contains(&schema) || schema.starts_with("pg_")
}

impl Measure {
    /// The measures by their names.
    pub(crate) const ALL: [(&'static str, Self); 5] = [
        ("auto", Self::Auto),
        ("cosine", Self::Cosine),
        ("product", Self::Product),
        ("euclidean", Self::Euclidean),
        ("taxicab", Self::Taxicab),
    ];
}

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
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, preset)| *preset == self).map_or("auto", |(name, _)| name)
    }
}

impl Columns {
    /// Every name, the empty ones, too.
    pub(crate) fn all(&self) -> [&str; 4] {
        [&self.id, &self.text, &self.metadata, &self.vector]
    }
}

impl TableSource {
    /// As a store keeps it.
    pub(crate) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What a store kept.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(Error::broken)
    }
}
