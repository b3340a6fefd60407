use chassis::auth::Tenant;

use crate::Error;
use crate::attachment::TableSource;
use crate::page::Span;
use crate::store::postgres::session::Session;

/// Keeps which table a name stands for; false where the name is taken.
pub(super) async fn insert(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
    source: &TableSource,
) -> Result<bool, Error> {
    let made = link
        .query(
            "insert into retrieval.attachment (tenant, collection, source, created_at)
             select $1, $2, $3, (extract(epoch from clock_timestamp()) * 1000000)::bigint + $4
             where not exists (
               select from retrieval.collection where tenant = $1 and collection = $2)
             on conflict do nothing",
        )
        .bind(tenant.as_str())
        .bind(name)
        .bind(source.written())
        .bind(link.offset)
        .execute(link.link())
        .await?;
    Ok(made.rows_affected() == 1)
}

/// Forgets a name's table; false where it stands for none.
pub(super) async fn delete(link: &mut Session, tenant: &Tenant, name: &str) -> Result<bool, Error> {
    let deleted = link
        .query("delete from retrieval.attachment where tenant = $1 and collection = $2")
        .bind(tenant.as_str())
        .bind(name)
        .execute(link.link())
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Which table a name stands for.
pub(super) async fn find(
    link: &mut Session,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<TableSource>, Error> {
    let found: Option<String> = link
        .value("select source from retrieval.attachment where tenant = $1 and collection = $2")
        .bind(tenant.as_str())
        .bind(name)
        .fetch_optional(link.link())
        .await?;
    found.map(|text| TableSource::read(&text)).transpose()
}

/// The tenant's names and their tables, in the order of the names.
pub(super) async fn list(
    link: &mut Session,
    tenant: &Tenant,
    span: &Span,
) -> Result<Vec<(String, TableSource)>, Error> {
    let found: Vec<(String, String)> = link
        .rows(
            "select collection, source from retrieval.attachment
             where tenant = $1 and collection > $2 order by collection limit $3",
        )
        .bind(tenant.as_str())
        .bind(&span.after)
        .bind(span.rows())
        .fetch_all(link.link())
        .await?;
    found.into_iter().map(|(name, text)| Ok((name, TableSource::read(&text)?))).collect()
}
