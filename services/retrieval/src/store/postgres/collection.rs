use chassis::auth::Tenant;

use crate::Error;
use crate::collection::Collection;
use crate::page::Span;
use crate::store::postgres::session::Session;
use crate::store::row::{CollectionRow, count};

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
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
    description: &str,
) -> Result<Option<Collection>, Error> {
    let row: Option<CollectionRow> = link
        .rows(
            "insert into retrieval.collection (tenant, collection, description, created_at, updated_at)
             select $1, $2, $3, now, now
             from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint + $4 as now) as clock
             on conflict do nothing
             returning collection, description, documents, chunks, text_bytes, created_at, updated_at,
               null::text as model, null::bigint as dimension, null::text as version",
        )
        .bind(tenant.as_str())
        .bind(name)
        .bind(description)
        .bind(link.offset)
        .fetch_optional(link.link())
        .await?;
    Ok(row.map(Collection::from))
}

/// Takes the collection, made where it is missing, for this transaction alone; tells the time.
///
/// Writers take turns here, a collection at a time: its statistics and terms are shared rows.
pub(super) async fn take_or_make(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
) -> Result<i64, Error> {
    let now = link
        .value(
            "insert into retrieval.collection (tenant, collection, description, created_at, updated_at)
             select $1, $2, '', now, now
             from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint + $3 as now) as clock
             on conflict (tenant, collection) do update set collection = excluded.collection
             returning (extract(epoch from clock_timestamp()) * 1000000)::bigint + $3",
        )
        .bind(tenant.as_str())
        .bind(name)
        .bind(link.offset)
        .fetch_one(link.link())
        .await?;
    Ok(now)
}

/// Takes the collection, if there is one, for this transaction alone; tells the time.
pub(super) async fn take(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<i64>, Error> {
    let now = link
        .value(
            "select (extract(epoch from clock_timestamp()) * 1000000)::bigint + $3
             from retrieval.collection where tenant = $1 and collection = $2 for update",
        )
        .bind(tenant.as_str())
        .bind(name)
        .bind(link.offset)
        .fetch_optional(link.link())
        .await?;
    Ok(now)
}

/// One collection with its statistics.
pub(super) async fn find(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<Collection>, Error> {
    let row: Option<CollectionRow> = link
        .rows(
            "select collection, description, documents, chunks, text_bytes, collection.created_at,
               updated_at, model, dimension, version
             from retrieval.collection left join
               (select * from retrieval.space where state = 'active') as active using (tenant, collection)
             where tenant = $1 and collection = $2",
        )
        .bind(tenant.as_str())
        .bind(name)
        .fetch_optional(link.link())
        .await?;
    Ok(row.map(Collection::from))
}

/// The tenant's collections in the order of their names.
pub(super) async fn list(
    link: &mut Session,
    tenant: &Tenant,
    span: &Span,
) -> Result<Vec<Collection>, Error> {
    let rows: Vec<CollectionRow> = link
        .rows(
            "select collection, description, documents, chunks, text_bytes, collection.created_at,
               updated_at, model, dimension, version
             from retrieval.collection left join
               (select * from retrieval.space where state = 'active') as active using (tenant, collection)
             where tenant = $1 and collection > $2
             order by collection limit $3",
        )
        .bind(tenant.as_str())
        .bind(&span.after)
        .bind(span.rows())
        .fetch_all(link.link())
        .await?;
    Ok(rows.into_iter().map(Collection::from).collect())
}

/// Deletes a collection with everything in it; says how many documents went with it.
pub(super) async fn delete(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<u64>, Error> {
    let documents: Option<i64> = link
        .value(
            "delete from retrieval.collection where tenant = $1 and collection = $2
             returning documents",
        )
        .bind(tenant.as_str())
        .bind(name)
        .fetch_optional(link.link())
        .await?;
    Ok(documents.map(count))
}

/// Counts what a write did.
pub(super) async fn change(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
    change: Change,
    now: i64,
) -> Result<(), Error> {
    link.query(
        "update retrieval.collection set documents = documents + $3, chunks = chunks + $4,
           text_bytes = text_bytes + $5, words = words + $6, updated_at = $7
         where tenant = $1 and collection = $2",
    )
    .bind(tenant.as_str())
    .bind(name)
    .bind(change.documents)
    .bind(change.chunks)
    .bind(change.text_bytes)
    .bind(change.words)
    .bind(now)
    .execute(link.link())
    .await?;
    Ok(())
}
