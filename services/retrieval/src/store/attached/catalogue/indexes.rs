use sqlx::postgres::PgConnection;
use sqlx::{Error as Sql, FromRow};

use crate::store::attached::layout::{Index, Method, Operator};

/// The first version of the extension whose indexes can go on where they found too little.
const ITERATES: (u32, u32) = (0, 8);

#[derive(FromRow)]
pub(super) struct Known {
    name: String,
    method: String,
    class: String,
    lists: Option<String>,
}

/// Whether an index can go on where it found too little.
pub(super) async fn can_iterate(link: &mut PgConnection) -> Result<bool, Sql> {
    let version: Option<(String,)> = sqlx::query_as(
        "select extversion::text from pg_catalog.pg_extension where extname = 'vector'",
    )
    .persistent(false)
    .fetch_optional(link)
    .await?;
    let version = version.map(|(version,)| version).unwrap_or_default();
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    Ok((parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= ITERATES)
}

/// Whole, finished indexes of the vectors themselves.
pub(super) async fn all(
    link: &mut PgConnection,
    table: i64,
    column: &str,
) -> Result<Vec<Known>, Sql> {
    sqlx::query_as(
        "select relation.relname::text as name, method.amname::text as method,
           class.opcname::text as class,
           (select option_value from pg_options_to_table(relation.reloptions)
            where option_name = 'lists') as lists
         from pg_catalog.pg_index index
         join pg_catalog.pg_class relation on relation.oid = index.indexrelid
         join pg_catalog.pg_am method on method.oid = relation.relam
         join pg_catalog.pg_opclass class on class.oid = index.indclass[0]
         join pg_catalog.pg_attribute attribute
           on attribute.attrelid = index.indrelid and attribute.attnum = index.indkey[0]
         where index.indrelid = $1::bigint::oid and attribute.attname = $2
           and index.indisvalid and index.indpred is null and index.indexprs is null
           and method.amname in ('hnsw', 'ivfflat')
         order by method.amname, relation.relname",
    )
    .persistent(false)
    .bind(table)
    .bind(column)
    .fetch_all(link)
    .await
}

/// The index to search by: one that serves the operator, where one was asked for; of cosine
/// distance before others, HNSW before lists.
pub(super) fn best(known: Vec<Known>, asked: Option<Operator>) -> Option<(Index, Operator)> {
    let usable = known.into_iter().filter_map(|known| {
        let operator = Operator::of_class(&known.class)?;
        let lists = known.lists.and_then(|lists| lists.parse().ok()).unwrap_or(100);
        let is_hnsw = known.method == "hnsw";
        let method = if is_hnsw { Method::Hnsw } else { Method::Ivfflat { lists } };
        Some((Index { name: known.name, method }, operator))
    });
    usable.filter(|(_, operator)| asked.is_none_or(|asked| *operator == asked)).min_by_key(
        |(index, operator)| (*operator != Operator::Cosine, index.method != Method::Hnsw),
    )
}
