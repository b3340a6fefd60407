use chassis::auth::Tenant;

use crate::Error;
use crate::document::Document;
use crate::page::Span;
use crate::store::postgres::collection::{self, Change};
use crate::store::postgres::ranking::Place;
use crate::store::postgres::session::Session;
use crate::store::postgres::table::Table;
use crate::store::postgres::vector;
use crate::store::row::{DocumentRow, column, count};

/// One document with its text.
pub(super) async fn find(
    link: &mut Session,
    tenant: &Tenant,
    collection: &str,
    document_id: &str,
) -> Result<Option<Document>, Error> {
    let row: Option<DocumentRow> = link
        .rows(
            "select document_id, version, content_hash, chunks, created_at, updated_at, title, metadata, text
             from retrieval.document where tenant = $1 and collection = $2 and document_id = $3",
        )
        .bind(tenant.as_str())
        .bind(collection)
        .bind(document_id)
        .fetch_optional(link.link())
        .await?;
    Ok(row.map(|row| row.of(collection)))
}

/// Documents without their texts, in the order of their ids.
pub(super) async fn list(
    link: &mut Session,
    tenant: &Tenant,
    collection: &str,
    span: &Span,
) -> Result<Vec<Document>, Error> {
    let rows: Vec<DocumentRow> = link
        .rows(
            "select document_id, version, content_hash, chunks, created_at, updated_at, title, metadata, '' as text
             from retrieval.document where tenant = $1 and collection = $2 and document_id > $3
             order by document_id limit $4",
        )
        .bind(tenant.as_str())
        .bind(collection)
        .bind(&span.after)
        .bind(span.rows())
        .fetch_all(link.link())
        .await?;
    Ok(rows.into_iter().map(|row| row.of(collection)).collect())
}

/// Deletes documents with all that hangs on them; says how many were there.
pub(super) async fn delete(
    link: &mut Session,
    table: Option<&Table>,
    tenant: &Tenant,
    collection: &str,
    document_ids: &[String],
) -> Result<Option<u64>, Error> {
    let Some(now) = collection::take(link, tenant, collection).await? else { return Ok(None) };
    forget_terms(link, tenant, collection, document_ids).await?;
    if table.is_some() {
        vector::forget(link, Place { tenant, collection }, document_ids).await?;
    }
    let gone: Vec<(i64, i64, i64)> = link
        .rows(
            "delete from retrieval.document
             where tenant = $1 and collection = $2 and document_id = any($3)
             returning chunks, text_bytes, words",
        )
        .bind(tenant.as_str())
        .bind(collection)
        .bind(document_ids)
        .fetch_all(link.link())
        .await?;
    let change = Change {
        documents: -column(gone.len()),
        chunks: -gone.iter().map(|row| row.0).sum::<i64>(),
        text_bytes: -gone.iter().map(|row| row.1).sum::<i64>(),
        words: -gone.iter().map(|row| row.2).sum::<i64>(),
    };
    if !gone.is_empty() {
        collection::change(link, tenant, collection, change, now).await?;
    }
    Ok(Some(count(-change.documents)))
}

/// Counts the words of documents' chunks out, before the chunks go.
pub(super) async fn forget_terms(
    link: &mut Session,
    tenant: &Tenant,
    collection: &str,
    document_ids: &[String],
) -> Result<(), Error> {
    link.query(
        "with gone as (
           select word.lexeme collate \"C\" as lexeme, count(*) as chunks
           from retrieval.chunk, unnest(chunk.words) as word (lexeme, positions, weights)
           where tenant = $1 and collection = $2 and document_id = any($3)
             and word.positions is not null
           group by 1)
         update retrieval.term set chunks = term.chunks - gone.chunks from gone
         where term.tenant = $1 and term.collection = $2 and term.lexeme = gone.lexeme",
    )
    .bind(tenant.as_str())
    .bind(collection)
    .bind(document_ids)
    .execute(link.link())
    .await?;
    Ok(())
}

/// Counts the words of a document's chunks in.
pub(super) async fn learn_terms(
    link: &mut Session,
    tenant: &Tenant,
    collection: &str,
    document_id: &str,
) -> Result<(), Error> {
    link.query(
        "insert into retrieval.term (tenant, collection, lexeme, chunks)
         select $1, $2, word.lexeme, count(*)
         from retrieval.chunk, unnest(chunk.words) as word (lexeme, positions, weights)
         where tenant = $1 and collection = $2 and document_id = $3
           and word.positions is not null
         group by word.lexeme
         on conflict (tenant, collection, lexeme) do update set chunks = term.chunks + excluded.chunks",
    )
    .bind(tenant.as_str())
    .bind(collection)
    .bind(document_id)
    .execute(link.link())
    .await?;
    Ok(())
}
