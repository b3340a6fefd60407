use sqlx::Error;
use sqlx::postgres::PgConnection;

use crate::metadata::{self, Fact};

/// How many documents are read at a time.
const READ: i64 = 500;

/// A document that has metadata: whose it is, and what it says.
type Row = (String, String, String, String);

/// Keeps the facts of a document that has none.
pub(super) async fn save(
    link: &mut PgConnection,
    (tenant, collection, document_id): (&str, &str, &str),
    facts: &[Fact],
    is_persistent: bool,
) -> Result<(), Error> {
    sqlx::query(
        "insert into retrieval.fact (tenant, collection, document_id, field, value)
         select $1, $2, $3, field, value from unnest($4::text[], $5::text[]) as fact (field, value)",
    )
    .persistent(is_persistent)
    .bind(tenant)
    .bind(collection)
    .bind(document_id)
    .bind(facts.iter().map(|fact| fact.field.as_str()).collect::<Vec<_>>())
    .bind(facts.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>())
    .execute(link)
    .await
    .map(drop)
}

/// Makes the facts of every document from its metadata; there are none yet.
pub(super) async fn make(link: &mut PgConnection) -> Result<(), Error> {
    let mut after = (String::new(), String::new(), String::new());
    loop {
        let mut rows: Vec<Row> = sqlx::query_as(
            "select tenant, collection, document_id, metadata from retrieval.document
             where (tenant, collection, document_id) > ($1, $2, $3) and metadata <> ''
             order by tenant, collection, document_id limit $4",
        )
        .persistent(false)
        .bind(&after.0)
        .bind(&after.1)
        .bind(&after.2)
        .bind(READ)
        .fetch_all(&mut *link)
        .await?;
        for (tenant, collection, document_id, metadata) in &rows {
            // It was read when it was put in.
            let facts = metadata::facts(metadata).unwrap_or_default();
            save(link, (tenant, collection, document_id), &facts, false).await?;
        }
        let Some((tenant, collection, document_id, _)) = rows.pop() else { return Ok(()) };
        after = (tenant, collection, document_id);
    }
}
