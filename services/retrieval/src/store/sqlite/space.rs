//! The spaces that collections' vectors live in.

use chassis::auth::Tenant;
use chassis::clock::Time;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::embed::Space;
use crate::prepare::Prepared;
use crate::store::row::SpaceRow;
use crate::store::sqlite::cache::State;

/// The spaces of a collection, first the one that is searched.
pub(super) async fn of(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    collection: &str,
) -> Result<Vec<SpaceRow>, Error> {
    let rows = sqlx::query_as(
        "select space.number, model, dimension, version, vectors, chunks
         from space join collection using (tenant, collection)
         where tenant = ? and collection = ? order by state, space.number",
    );
    Ok(rows.bind(tenant.as_str()).bind(collection).fetch_all(link).await?)
}

/// A space of a collection as it is now.
pub(super) async fn state(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    collection: &str,
    space: &Space,
) -> Result<Option<State>, Error> {
    let row: Option<(i64, i64, i64)> = sqlx::query_as(
        "select number, generation, vectors from space
         where tenant = ? and collection = ? and model = ? and dimension = ? and version = ?",
    )
    .bind(tenant.as_str())
    .bind(collection)
    .bind(&space.model)
    .bind(i64::from(space.dimension))
    .bind(&space.version)
    .fetch_optional(link)
    .await?;
    let dimension = usize::try_from(space.dimension).unwrap_or(usize::MAX);
    Ok(row.map(|(space, generation, vectors)| State {
        space,
        dimension,
        generation,
        vectors: usize::try_from(vectors).unwrap_or(0),
    }))
}

/// The spaces that a document's vectors are to be kept in, made where the collection has none;
/// `None` where the document has no vectors in one of them.
pub(super) async fn take(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    prepared: &Prepared,
    now: Time,
) -> Result<Option<Vec<SpaceRow>>, Error> {
    let collection = &prepared.document.collection;
    let spaces = of(link, tenant, collection).await?;
    let Some(first) = prepared.vectors.first().filter(|_| spaces.is_empty()) else {
        let is_covered = prepared.covers(spaces.iter().map(SpaceRow::space));
        return Ok(is_covered.then_some(spaces));
    };
    sqlx::query(
        "insert into space (tenant, collection, model, dimension, version, state, created_at)
         values (?, ?, ?, ?, ?, 'active', ?)",
    )
    .bind(tenant.as_str())
    .bind(collection)
    .bind(&first.space.model)
    .bind(i64::from(first.space.dimension))
    .bind(&first.space.version)
    .bind(now.micros())
    .execute(&mut *link)
    .await?;
    of(link, tenant, collection).await.map(Some)
}
