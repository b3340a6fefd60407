use chassis::auth::Tenant;

use crate::Error;
use crate::collection::{Change as Changed, Collection, Settings};
use crate::page::Span;
use crate::store::postgres::session::Session;
use crate::store::row::{CollectionRow, count};
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
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
    description: &str,
    settings: &Settings,
) -> Result<Option<Collection>, Error> {
    let row: Option<CollectionRow> = link
        .rows(
            "insert into retrieval.collection (tenant, collection, description, created_at, updated_at, settings)
             select $1, $2, $3, now, now, $5
             from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint + $4 as now) as clock
             on conflict do nothing
             returning collection, description, documents, chunks, text_bytes, created_at, updated_at, settings,
               null::text as model, null::bigint as dimension, null::text as version",
        )
        .bind(tenant.as_str())
        .bind(name)
        .bind(description)
        .bind(link.offset)
        .bind(settings.json())
        .fetch_optional(link.link())
        .await?;
    row.map(Collection::try_from).transpose()
}

/// Changes what a collection is for and how it is treated, where there is one.
pub(super) async fn update(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
    change: &Changed,
) -> Result<(), Error> {
    let Some(now) = take(link, tenant, name).await? else { return Ok(()) };
    let Some(kept) = settings(link, tenant, name).await? else { return Ok(()) };
    link.query(
        "update retrieval.collection
         set description = coalesce($3, description), settings = $4, updated_at = $5
         where tenant = $1 and collection = $2",
    )
    .bind(tenant.as_str())
    .bind(name)
    .bind(&change.description)
    .bind(change.apply(&kept)?)
    .bind(now)
    .execute(link.link())
    .await?;
    Ok(())
}

/// A collection's settings, as they are kept.
pub(super) async fn settings(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<String>, Error> {
    let settings = link
        .value("select settings from retrieval.collection where tenant = $1 and collection = $2")
        .bind(tenant.as_str())
        .bind(name)
        .fetch_optional(link.link())
        .await?;
    Ok(settings)
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
               updated_at, settings, model, dimension, version
             from retrieval.collection left join
               (select * from retrieval.space where state = 'active') as active using (tenant, collection)
             where tenant = $1 and collection = $2",
        )
        .bind(tenant.as_str())
        .bind(name)
        .fetch_optional(link.link())
        .await?;
    row.map(Collection::try_from).transpose()
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
               updated_at, settings, model, dimension, version
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
    rows.into_iter().map(Collection::try_from).collect()
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

/// Notes that texts of this tongue are in the collection. It stays noted when they go.
pub(super) async fn note_tongue(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
    tongue: Tongue,
) -> Result<(), Error> {
    link.query(
        "update retrieval.collection set tongues = trim(tongues || ' ' || $3)
         where tenant = $1 and collection = $2
           and position(' ' || $3 || ' ' in ' ' || tongues || ' ') = 0",
    )
    .bind(tenant.as_str())
    .bind(name)
    .bind(tongue.code())
    .execute(link.link())
    .await?;
    Ok(())
}
