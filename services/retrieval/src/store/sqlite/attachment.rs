use chassis::auth::Tenant;
use chassis::clock::Time;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::attachment::TableSource;
use crate::page::Span;

/// Keeps which table a name stands for; false where the name is taken.
pub(super) async fn insert(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
    source: &TableSource,
    now: Time,
) -> Result<bool, Error> {
    let made = sqlx::query(
        "insert into attachment (tenant, collection, source, created_at)
         select ?1, ?2, ?3, ?4
         where not exists (select 1 from collection where tenant = ?1 and collection = ?2)
         on conflict do nothing",
    )
    .bind(tenant.as_str())
    .bind(name)
    .bind(source.written())
    .bind(now.micros())
    .execute(link)
    .await?;
    Ok(made.rows_affected() == 1)
}

/// Forgets a name's table; false where it stands for none.
pub(super) async fn delete(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
) -> Result<bool, Error> {
    let deleted = sqlx::query("delete from attachment where tenant = ? and collection = ?")
        .bind(tenant.as_str())
        .bind(name)
        .execute(link)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Which table a name stands for.
pub(super) async fn find(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<TableSource>, Error> {
    let found: Option<String> =
        sqlx::query_scalar("select source from attachment where tenant = ? and collection = ?")
            .bind(tenant.as_str())
            .bind(name)
            .fetch_optional(link)
            .await?;
    found.map(|text| TableSource::read(&text)).transpose()
}

/// The tenant's names and their tables, in the order of the names.
pub(super) async fn list(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    span: &Span,
) -> Result<Vec<(String, TableSource)>, Error> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "select collection, source from attachment
         where tenant = ? and collection > ? order by collection limit ?",
    )
    .bind(tenant.as_str())
    .bind(&span.after)
    .bind(span.rows())
    .fetch_all(link)
    .await?;
    found.into_iter().map(|(name, text)| Ok((name, TableSource::read(&text)?))).collect()
}
