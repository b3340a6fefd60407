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

/// Makes the space of a collection that has none, which was taken before; says whether the document
/// has vectors in every space of the collection.
pub(super) async fn take(
    link: &mut Session,
    tenant: &Tenant,
    prepared: &Prepared,
    now: i64,
) -> Result<bool, Error> {
    let spaces = of(link, tenant, &prepared.document.collection).await?;
    let Some(first) = prepared.vectors.first().filter(|_| spaces.is_empty()) else {
        return Ok(prepared.covers(spaces.iter().map(SpaceRow::space)));
    };
    link.query(
        "insert into retrieval.space
           (tenant, collection, model, dimension, version, state, created_at)
         values ($1, $2, $3, $4, $5, 'active', $6)",
    )
    .bind(tenant.as_str())
    .bind(&prepared.document.collection)
    .bind(&first.space.model)
    .bind(i64::from(first.space.dimension))
    .bind(&first.space.version)
    .bind(now)
    .execute(link.link())
    .await?;
    Ok(true)
}
