use utoipa::ToSchema;

use crate::json::Fields;
use crate::request::RequestBody;

/// A table of vectors in a database that the settings name; every member may be left out.
#[derive(Clone, Debug, Default, ToSchema)]
pub(crate) struct TableSource {
    /// The database: `database` for the server's own, `supabase`, or an entry of `retrieval.attached`.
    pub(crate) database: Option<String>,
    /// The table's schema, where two have one of that name.
    pub(crate) schema: Option<String>,
    /// The table, with or without its schema.
    pub(crate) table: Option<String>,
    /// Whose layout it has: `vecs`, `llamaindex-postgres`, `langchain-pgvector`, `langchain-postgres`,
    /// `supabase`, `n8n-pgvector` or `custom`; without it, the one that its columns fit.
    pub(crate) layout: Option<String>,
    /// Columns that the layout calls otherwise.
    #[schema(inline)]
    pub(crate) columns: Option<TableColumns>,
    /// Which of its own collections, of a table that has several; `*` is all.
    pub(crate) collection_name: Option<String>,
    /// How vectors are compared: `cosine`, `product`, `euclidean` or `taxicab`.
    pub(crate) operator: Option<String>,
}

/// The names of a table's columns.
#[derive(Clone, Debug, Default, ToSchema)]
pub(crate) struct TableColumns {
    /// Ids, each of them once.
    pub(crate) id: Option<String>,
    /// Texts.
    pub(crate) text: Option<String>,
    /// JSON objects.
    pub(crate) metadata: Option<String>,
    /// Vectors.
    pub(crate) vector: Option<String>,
}

impl RequestBody for TableSource {
    const KNOWN: &'static str =
        "database, schema, table, layout, columns, collection_name, operator";

    fn read(fields: &mut Fields<'_>) -> Self {
        let columns = fields.object("columns").map(|mut inner| {
            let columns = TableColumns {
                id: inner.text("id"),
                text: inner.text("text"),
                metadata: inner.text("metadata"),
                vector: inner.text("vector"),
            };
            inner.refuse_unknown("id, text, metadata, vector");
            fields.absorb(inner);
            columns
        });
        Self {
            database: fields.text("database"),
            schema: fields.text("schema"),
            table: fields.text("table"),
            layout: fields.text("layout"),
            columns,
            collection_name: fields.text("collection_name"),
            operator: fields.text("operator"),
        }
    }
}
