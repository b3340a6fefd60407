use serde_json::{Value, json};
use sqlx::Error;
use sqlx::sqlite::SqliteConnection;

use crate::metadata::{self, Fact};

/// How many documents are read at a time.
const READ: i64 = 500;

/// Keeps the facts of a document that has none.
pub(super) async fn save(
    link: &mut SqliteConnection,
    (tenant, collection, document_id): (&str, &str, &str),
    facts: &[Fact],
) -> Result<(), Error> {
    let facts = facts.iter().map(|fact| json!([fact.field, fact.value]));
    sqlx::query(
        "insert into fact (tenant, collection, document_id, field, value)
         select ?1, ?2, ?3, fact.value ->> 0, fact.value ->> 1 from json_each(?4) as fact",
    )
    .bind(tenant)
    .bind(collection)
    .bind(document_id)
    .bind(Value::from_iter(facts).to_string())
    .execute(link)
    .await
    .map(drop)
}

/// A document that has metadata: its row's number, whose it is, and what it says.
type Row = (i64, String, String, String, String);

/// Makes the facts of every document from its metadata; there are none yet.
pub(super) async fn make(link: &mut SqliteConnection) -> Result<(), Error> {
    let mut after = i64::MIN;
    loop {
        let rows: Vec<Row> = sqlx::query_as(
            "select rowid, tenant, collection, document_id, metadata from document
             where rowid > ? and metadata <> '' order by rowid limit ?",
        )
        .bind(after)
        .bind(READ)
        .fetch_all(&mut *link)
        .await?;
        let Some((last, ..)) = rows.last() else { return Ok(()) };
        after = *last;
        for (_, tenant, collection, document_id, metadata) in &rows {
            // It was read when it was put in.
            let facts = metadata::facts(metadata).unwrap_or_default();
            save(link, (tenant, collection, document_id), &facts).await?;
        }
    }
}
