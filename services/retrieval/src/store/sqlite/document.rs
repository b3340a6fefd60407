use chassis::auth::Tenant;
use chassis::clock::Time;
use serde_json::Value;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::document::Document;
use crate::page::Span;
use crate::store::row::{DocumentRow, count};
use crate::store::sqlite::collection::{self, Change};
use crate::store::sqlite::vector;

/// One document with its text.
pub(super) async fn find(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    collection: &str,
    document_id: &str,
) -> Result<Option<Document>, Error> {
    let row: Option<DocumentRow> = sqlx::query_as(
        "select document_id, version, content_hash, chunks, created_at, updated_at, title, metadata, text
         from document where tenant = ? and collection = ? and document_id = ?",
    )
    .bind(tenant.as_str())
    .bind(collection)
    .bind(document_id)
    .fetch_optional(link)
    .await?;
    Ok(row.map(|row| row.of(collection)))
}

/// Documents without their texts, in the order of their ids.
pub(super) async fn list(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    collection: &str,
    span: &Span,
) -> Result<Vec<Document>, Error> {
    let rows: Vec<DocumentRow> = sqlx::query_as(
        "select document_id, version, content_hash, chunks, created_at, updated_at, title, metadata, '' as text
         from document where tenant = ? and collection = ? and document_id > ?
         order by document_id limit ?",
    )
    .bind(tenant.as_str())
    .bind(collection)
    .bind(&span.after)
    .bind(span.rows())
    .fetch_all(link)
    .await?;
    Ok(rows.into_iter().map(|row| row.of(collection)).collect())
}

/// Deletes documents with all that hangs on them; says how many were there.
pub(super) async fn delete(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    collection: &str,
    document_ids: &[String],
    now: Time,
) -> Result<Option<u64>, Error> {
    let Some(words) = collection::words(link, tenant, collection).await? else { return Ok(None) };
    let ids = Value::from(document_ids).to_string();
    let counted = collection::count_words(link, tenant, collection, &ids).await?;
    words.remove(link, tenant.as_str(), collection, &ids).await?;
    vector::begin(link, tenant, collection).await?;
    vector::remove(link, tenant.as_str(), collection, &ids).await?;
    let gone: Vec<(i64, i64)> = sqlx::query_as(
        "delete from document where tenant = ? and collection = ?
         and document_id in (select value from json_each(?)) returning chunks, text_bytes",
    )
    .bind(tenant.as_str())
    .bind(collection)
    .bind(ids)
    .fetch_all(&mut *link)
    .await?;
    let change = Change {
        documents: -(gone.len() as i64),
        chunks: -gone.iter().map(|(chunks, _)| chunks).sum::<i64>(),
        text_bytes: -gone.iter().map(|(_, bytes)| bytes).sum::<i64>(),
        words: -counted,
    };
    if !gone.is_empty() {
        collection::change(link, tenant, collection, change, now).await?;
    }
    Ok(Some(count(-change.documents)))
}
