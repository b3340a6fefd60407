use sqlx::postgres::PgConnection;
use sqlx::{Error as Sql, FromRow};

use crate::Fault;
use crate::attachment::CLOSED;
use crate::store::attached::catalogue::Wanted;
use crate::store::attached::layout::Layout;
use crate::store::attached::session;

/// Where vecs keeps its tables.
const VECS: &str = "vecs";
/// So many of a table's own collections are told.
const TOLD: i64 = 100;

#[derive(Clone, Debug, FromRow)]
pub(in crate::store::attached) struct Table {
    pub(in crate::store::attached) oid: i64,
    /// With its schema, for people.
    pub(in crate::store::attached) name: String,
    pub(in crate::store::attached) schema: String,
    /// Without it.
    pub(in crate::store::attached) bare: String,
    pub(in crate::store::attached) quoted: String,
    pub(in crate::store::attached) estimate: i64,
    pub(in crate::store::attached) may_read: bool,
}

/// A collection that is a part of a table, and the condition that a row is in it.
#[derive(FromRow)]
pub(in crate::store::attached) struct Group {
    pub(in crate::store::attached) name: String,
    condition: String,
}

/// Every table of vectors, in the order of their names; never one of this program's own.
pub(in crate::store::attached) async fn all(link: &mut PgConnection) -> Result<Vec<Table>, Sql> {
    sqlx::query_as(
        "select relation.oid::bigint as oid, relation.relname::text as bare,
           space.nspname::text as schema, space.nspname || '.' || relation.relname as name,
           format('%I.%I', space.nspname, relation.relname) as quoted,
           relation.reltuples::bigint as estimate,
           has_schema_privilege(space.oid, 'usage')
             and has_table_privilege(relation.oid, 'select') as may_read
         from pg_catalog.pg_class relation
         join pg_catalog.pg_namespace space on space.oid = relation.relnamespace
         where relation.relkind in ('r', 'p', 'v', 'm', 'f') and not relation.relispartition
           and space.nspname <> all ($1)
           and not starts_with(space.nspname::text, 'pg_')
           and exists (
             select from pg_catalog.pg_attribute attribute
             join pg_catalog.pg_type type on type.oid = attribute.atttypid
             where attribute.attrelid = relation.oid and not attribute.attisdropped
               and attribute.attnum > 0 and type.typname in ('vector', 'halfvec'))
         order by space.nspname, relation.relname",
    )
    .persistent(false)
    .bind(&CLOSED[..])
    .fetch_all(link)
    .await
}

/// The one that is named, or the only one; where several could be meant, that of vecs.
pub(in crate::store::attached) fn choose(
    mut there: Vec<Table>,
    wanted: &Wanted<'_>,
) -> Result<Table, Fault> {
    let mapping = wanted.mapping;
    let setting = wanted.setting.to_owned();
    let names: Vec<String> = there.iter().map(|table| table.name.clone()).collect();
    there.retain(|table| {
        let is_named = [&table.bare, &table.name].contains(&&mapping.table);
        (mapping.table.is_empty() || is_named)
            && (mapping.schema.is_empty() || mapping.schema == table.schema)
    });
    if there.iter().any(|table| table.schema == VECS) {
        there.retain(|table| table.schema == VECS);
    }
    match (there.pop(), there.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            there.push(last);
            let there = there.into_iter().map(|table| table.name).collect();
            Err(Fault::SeveralTables { there, setting })
        }
        (None, _) if names.is_empty() => {
            Err(Fault::NoTable { place: wanted.place.setting.clone() })
        }
        (None, _) => {
            let schema = Some(mapping.schema.as_str()).filter(|schema| !schema.is_empty());
            let table = schema.into_iter().chain([mapping.table.as_str()]).collect::<Vec<_>>();
            Err(Fault::Missing { table: table.join("."), there: names, setting })
        }
    }
}

/// The collections that a table is divided into: those that its column refers to.
pub(in crate::store::attached) async fn groups(
    link: &mut PgConnection,
    table: i64,
    member: &str,
) -> Result<Vec<Group>, Sql> {
    let referred: Option<(String, String, String)> = sqlx::query_as(
        "select format('%I.%I', space.nspname, other.relname), quote_ident(key.attname),
           quote_ident(own.attname)
         from pg_catalog.pg_constraint bond
         join pg_catalog.pg_class other on other.oid = bond.confrelid
         join pg_catalog.pg_namespace space on space.oid = other.relnamespace
         join pg_catalog.pg_attribute own
           on own.attrelid = bond.conrelid and own.attnum = bond.conkey[1]
         join pg_catalog.pg_attribute key
           on key.attrelid = bond.confrelid and key.attnum = bond.confkey[1]
         join pg_catalog.pg_attribute name
           on name.attrelid = bond.confrelid and name.attname = 'name' and name.attnum > 0
         where bond.conrelid = $1::bigint::oid and bond.contype = 'f' and own.attname = $2
         order by bond.conname limit 1",
    )
    .persistent(false)
    .bind(table)
    .bind(member)
    .fetch_optional(&mut *link)
    .await?;
    let Some((other, key, own)) = referred else { return Ok(Vec::new()) };
    let sql = format!(
        "select coalesce(name::text, '') as name,
           format('%s = %L', $1::text, {key}::text) as condition
         from {other} order by name limit $2"
    );
    session::rows(sql).bind(own).bind(TOLD).fetch_all(link).await
}

/// The condition that a row is in the collection that is named, or in the only one.
pub(in crate::store::attached) fn group(
    groups: Vec<Group>,
    layout: &mut Layout,
    wanted: &str,
) -> Result<Option<String>, Fault> {
    if wanted == "*" || (wanted.is_empty() && groups.len() <= 1) {
        return Ok(None);
    }
    // The estimate is of the whole table.
    layout.estimate = -1;
    let there = groups.iter().map(|group| group.name.clone()).collect();
    match groups.into_iter().find(|group| group.name == wanted) {
        Some(group) => Ok(Some(group.condition)),
        None => {
            let (table, setting) = (layout.name.clone(), layout.setting.clone());
            Err(Fault::Collections { table, there, setting })
        }
    }
}
