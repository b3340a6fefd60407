//! The statements that build indexes. None of them runs in a transaction, and none where a pooler is.

use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Error as Sql};

use crate::store::postgres::index::{PREFIX, name};
use crate::store::postgres::table::Table;

/// One builder at a time, in whichever process. The lock is the session's.
const LOCK: i64 = 0x7468_726f_7567_6978;

/// A space with enough vectors for an index, and none that can be searched.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Due {
    pub(super) number: i64,
    pub(super) dimension: i64,
    pub(super) vectors: i64,
}

/// The spaces that want an index and have none that can be searched, the largest first.
pub(super) async fn due(pool: &PgPool, table: &Table) -> Result<Vec<Due>, Sql> {
    let mut link = pool.begin().await?;
    let spaces: Vec<Due> = sqlx::query_as(
        "select number, dimension, vectors from retrieval.space
         where vectors >= $1 and not exists (
           select from pg_catalog.pg_index
           where indexrelid = to_regclass('retrieval.vector_space_' || number) and indisvalid)
         order by vectors desc, number",
    )
    .persistent(false)
    .bind(i64::try_from(table.indexing.from_chunks).unwrap_or(i64::MAX))
    .fetch_all(&mut *link)
    .await?;
    let fits =
        |due: &Due| u32::try_from(due.dimension).is_ok_and(|dimension| table.can_index(dimension));
    Ok(spaces.into_iter().filter(fits).collect())
}

/// The indexes whose space is gone.
pub(super) async fn stale(pool: &PgPool) -> Result<Vec<i64>, Sql> {
    let mut link = pool.begin().await?;
    sqlx::query_scalar(
        "select number from (
           select substr(relname, length($1) + 1)::bigint as number
           from pg_catalog.pg_class join pg_catalog.pg_index on indexrelid = pg_class.oid
           where indrelid = to_regclass('retrieval.vector')
             and relname ~ ('^' || $1 || '[0-9]{1,18}$')) as index
         where not exists (select from retrieval.space where space.number = index.number)",
    )
    .persistent(false)
    .bind(PREFIX)
    .fetch_all(&mut *link)
    .await
}

/// Whether nobody else builds now, and nobody will until the link is closed.
pub(super) async fn lock(link: &mut PgConnection) -> Result<bool, Sql> {
    let query = sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(LOCK);
    query.fetch_one(link).await
}

/// Drops an index; whoever reads the table meanwhile goes on.
pub(super) async fn drop(link: &mut PgConnection, space: i64) -> Result<(), Sql> {
    let sql = format!("drop index concurrently if exists retrieval.{}", name(space));
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(link).await.map(std::mem::drop)
}

/// Builds an index, however long that takes; whoever reads or writes the table meanwhile goes on.
///
/// One process of the server does it: more would share memory that a container may not have.
pub(super) async fn build(link: &mut PgConnection, table: &Table, due: &Due) -> Result<(), Sql> {
    let settings = format!(
        "set statement_timeout = 0; set max_parallel_maintenance_workers = 0;
         set maintenance_work_mem = '{}kB'",
        table.indexing.memory / 1024
    );
    sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut *link).await?;
    let dimension = u32::try_from(due.dimension).unwrap_or_default();
    let sql = format!(
        "create index concurrently {} on retrieval.vector using hnsw ({} {}) where space = {}",
        name(due.number),
        table.half(dimension),
        table.name("halfvec_cosine_ops"),
        due.number
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(link).await.map(std::mem::drop)
}

/// How much of a hundred is done of the index that is being built.
pub(super) async fn percent(pool: &PgPool, space: i64) -> Result<Option<i64>, Sql> {
    let mut link = pool.begin().await?;
    sqlx::query_scalar(
        "select 100 * blocks_done / greatest(blocks_total, 1)
         from pg_catalog.pg_stat_progress_create_index
         where index_relid = to_regclass('retrieval.vector_space_' || $1)",
    )
    .persistent(false)
    .bind(space)
    .fetch_optional(&mut *link)
    .await
}
