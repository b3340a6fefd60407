use chassis::auth::Tenant;
use chassis::clock::Time;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::collection::{Change as Changed, Collection, Settings};
use crate::page::Span;
use crate::store::row::{CollectionRow, count};
use crate::store::sqlite::words::Words;
use crate::words::Tongue;

/// What a write adds to a collection's statistics.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Change {
    pub(super) documents: i64,
    pub(super) chunks: i64,
    pub(super) text_bytes: i64,
    pub(super) words: i64,
}

/// Makes a collection; `None` where there is one of this name.
pub(super) async fn insert(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
    description: &str,
    settings: &Settings,
    now: Time,
) -> Result<Option<Words>, Error> {
    let number: Option<i64> = sqlx::query_scalar(
        "insert into collection (tenant, collection, description, created_at, updated_at, settings)
         values (?1, ?2, ?3, ?4, ?4, ?5) on conflict do nothing returning number",
    )
    .bind(tenant.as_str())
    .bind(name)
    .bind(description)
    .bind(now.micros())
    .bind(settings.json())
    .fetch_optional(&mut *link)
    .await?;
    let words = number.map(Words);
    if let Some(words) = words {
        words.create(link).await?;
    }
    Ok(words)
}

/// Changes what a collection is for and how it is treated, where there is one.
pub(super) async fn update(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
    change: &Changed,
    now: Time,
) -> Result<(), Error> {
    let Some(kept) = settings(link, tenant, name).await? else { return Ok(()) };
    sqlx::query(
        "update collection set description = coalesce(?, description), settings = ?, updated_at = ?
         where tenant = ? and collection = ?",
    )
    .bind(&change.description)
    .bind(change.apply(&kept)?)
    .bind(now.micros())
    .bind(tenant.as_str())
    .bind(name)
    .execute(link)
    .await?;
    Ok(())
}

/// A collection's settings, as they are kept.
pub(super) async fn settings(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<String>, Error> {
    let settings =
        sqlx::query_scalar("select settings from collection where tenant = ? and collection = ?");
    Ok(settings.bind(tenant.as_str()).bind(name).fetch_optional(link).await?)
}

/// One collection with its statistics.
pub(super) async fn find(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<Collection>, Error> {
    let row: Option<CollectionRow> = sqlx::query_as(
        "select collection, description, documents, chunks, text_bytes, collection.created_at,
           updated_at, settings, model, dimension, version
         from collection left join (select * from space where state = 'active') using (tenant, collection)
         where tenant = ? and collection = ?",
    )
    .bind(tenant.as_str())
    .bind(name)
    .fetch_optional(link)
    .await?;
    row.map(Collection::try_from).transpose()
}

/// The tenant's collections in the order of their names.
pub(super) async fn list(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    span: &Span,
) -> Result<Vec<Collection>, Error> {
    let rows: Vec<CollectionRow> = sqlx::query_as(
        "select collection, description, documents, chunks, text_bytes, collection.created_at,
           updated_at, settings, model, dimension, version
         from collection left join (select * from space where state = 'active') using (tenant, collection)
         where tenant = ? and collection > ?
         order by collection limit ?",
    )
    .bind(tenant.as_str())
    .bind(&span.after)
    .bind(span.rows())
    .fetch_all(link)
    .await?;
    rows.into_iter().map(Collection::try_from).collect()
}

/// The collection's table of words.
pub(super) async fn words(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<Words>, Error> {
    let number =
        sqlx::query_scalar("select number from collection where tenant = ? and collection = ?");
    let number: Option<i64> = number.bind(tenant.as_str()).bind(name).fetch_optional(link).await?;
    Ok(number.map(Words))
}

/// Deletes a collection with everything in it; says how many documents went with it.
pub(super) async fn delete(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<u64>, Error> {
    let row: Option<(i64, i64)> = sqlx::query_as(
        "delete from collection where tenant = ? and collection = ? returning number, documents",
    )
    .bind(tenant.as_str())
    .bind(name)
    .fetch_optional(&mut *link)
    .await?;
    let Some((number, documents)) = row else { return Ok(None) };
    Words(number).drop(link).await?;
    Ok(Some(count(documents)))
}

/// Counts what a write did.
pub(super) async fn change(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
    change: Change,
    now: Time,
) -> Result<(), Error> {
    sqlx::query(
        "update collection set documents = documents + ?, chunks = chunks + ?,
         text_bytes = text_bytes + ?, words = words + ?, updated_at = ?
         where tenant = ? and collection = ?",
    )
    .bind(change.documents)
    .bind(change.chunks)
    .bind(change.text_bytes)
    .bind(change.words)
    .bind(now.micros())
    .bind(tenant.as_str())
    .bind(name)
    .execute(link)
    .await?;
    Ok(())
}

/// Notes that texts of this tongue are in the collection. It stays noted when they go.
pub(super) async fn note_tongue(
    link: &mut SqliteConnection,
    tenant: &str,
    name: &str,
    tongue: Tongue,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update collection set tongues = trim(tongues || ' ' || ?3)
         where tenant = ?1 and collection = ?2
           and instr(' ' || tongues || ' ', ' ' || ?3 || ' ') = 0",
    )
    .bind(tenant)
    .bind(name)
    .bind(tongue.code())
    .execute(link)
    .await?;
    Ok(())
}

/// How many words the chunks of documents have; the documents are a JSON list of their ids.
pub(super) async fn count_words(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
    document_ids: &str,
) -> Result<i64, Error> {
    let query = sqlx::query_scalar(
        "select coalesce(sum(length), 0) from chunk where tenant = ? and collection = ?
         and document_id in (select value from json_each(?))",
    );
    Ok(query.bind(tenant.as_str()).bind(name).bind(document_ids).fetch_one(link).await?)
}
