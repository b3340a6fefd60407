//! The spaces that collections' vectors live in.

use chassis::auth::Tenant;

use crate::Error;
use crate::prepare::Prepared;
use crate::store::postgres::session::Session;
use crate::store::row::SpaceRow;

/// The spaces of a collection, first the one that is searched.
pub(super) async fn of(
    link: &mut Session,
    tenant: &Tenant,
    collection: &str,
) -> Result<Vec<SpaceRow>, Error> {
    let rows = link
        .rows(
            "select space.number, model, dimension, version, vectors, chunks
             from retrieval.space join retrieval.collection using (tenant, collection)
             where tenant = $1 and collection = $2 order by state, number",
        )
        .bind(tenant.as_str())
        .bind(collection)
        .fetch_all(link.link())
        .await?;
    Ok(rows)
}

/// The spaces that a document's vectors are to be kept in, made where the collection, which was
/// taken before, has none; `None` where the document has no vectors in one of them.
pub(super) async fn take(
    link: &mut Session,
    tenant: &Tenant,
    prepared: &Prepared,
    now: i64,
) -> Result<Option<Vec<SpaceRow>>, Error> {
    let collection = &prepared.document.collection;
    let spaces = of(link, tenant, collection).await?;
    let Some(first) = prepared.vectors.first().filter(|_| spaces.is_empty()) else {
        let is_covered = prepared.covers(spaces.iter().map(SpaceRow::space));
        return Ok(is_covered.then_some(spaces));
    };
    link.query(
        "insert into retrieval.space
           (tenant, collection, model, dimension, version, state, created_at)
         values ($1, $2, $3, $4, $5, 'active', $6)",
    )
    .bind(tenant.as_str())
    .bind(collection)
    .bind(&first.space.model)
    .bind(i64::from(first.space.dimension))
    .bind(&first.space.version)
    .bind(now)
    .execute(link.link())
    .await?;
    of(link, tenant, collection).await.map(Some)
}
