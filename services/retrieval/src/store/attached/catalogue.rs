//! Reads what the database says of its tables.

use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{Error as Sql, FromRow};

use crate::Fault;
use crate::config::Supabase;
use crate::store::attached::layout::{Index, Layout, Method, Operator};
use crate::store::attached::{connect, failure, session};

/// So many rows tell of which lengths a table's vectors are, where its column does not.
const SAMPLE: i64 = 10_000;
/// The first version of the extension whose indexes can go on where they found too little.
const ITERATES: (u32, u32) = (0, 8);

#[derive(FromRow)]
struct Table {
    oid: i64,
    name: String,
    quoted: String,
    estimate: i64,
    may_read: bool,
}

#[derive(FromRow)]
struct Column {
    name: String,
    kind: String,
    written: String,
    schema: String,
    length: i32,
}

#[derive(FromRow)]
struct Known {
    name: String,
    method: String,
    class: String,
    lists: Option<String>,
}

/// The shape of the table that is configured, or of the only one. Of vectors of several lengths
/// those count that are as long as is wanted, or else most.
pub(super) async fn read(
    pool: &PgPool,
    config: &Supabase,
    wanted: Option<u32>,
) -> Result<Layout, Fault> {
    let begun = session::begin(pool, config.timeout).await;
    let mut link = begun.map_err(|error| connect::fault(&error))?;
    let table = choose(tables(&mut link).await.map_err(|error| connect::fault(&error))?, config)?;
    let name = format!("vecs.{}", table.name);
    if !table.may_read {
        return Err(Fault::Denied { table: name });
    }
    let mut layout =
        Layout { name, table: table.quoted, estimate: table.estimate, ..Layout::default() };
    let described = describe(&mut link, table.oid, &mut layout, wanted).await;
    match described {
        Ok(Ok(())) => Ok(layout),
        Ok(Err(why)) => Err(Fault::Shape { table: layout.name, why }),
        Err(error) => Err(failure::failed(&error, &layout)),
    }
}

/// What is the matter with the table, if anything is; else the layout says all of it.
async fn describe(
    link: &mut PgConnection,
    oid: i64,
    layout: &mut Layout,
    wanted: Option<u32>,
) -> Result<Result<(), String>, Sql> {
    let columns = columns(link, oid).await?;
    if let Err(why) = shape(&columns, layout) {
        return Ok(Err(why));
    }
    layout.iterates = version(link).await? >= ITERATES;
    let indexes = indexes(link, oid).await?;
    if let Some((index, operator)) = best(indexes) {
        (layout.index, layout.operator) = (Some(index), operator);
    }
    let declared = columns.iter().find(|column| column.name == "vec").map(|column| column.length);
    layout.dimension = declared.and_then(|length| u32::try_from(length).ok());
    layout.is_uniform = layout.dimension.is_some();
    if !layout.is_uniform {
        let lengths = lengths(link, layout).await?;
        let is_wanted = |(length, _): &&(i32, i64)| u32::try_from(*length).ok() == wanted;
        let chosen = lengths.iter().find(is_wanted).or_else(|| lengths.first());
        layout.dimension = chosen.and_then(|(length, _)| u32::try_from(*length).ok());
        let all: i64 = lengths.iter().map(|(_, rows)| rows).sum();
        layout.strays = all - chosen.map_or(0, |(_, rows)| *rows);
    }
    Ok(Ok(()))
}

/// Every table of vectors, in the order of their names.
async fn tables(link: &mut PgConnection) -> Result<Vec<Table>, Sql> {
    sqlx::query_as(
        "select relation.oid::bigint as oid, relation.relname::text as name,
           format('%I.%I', space.nspname, relation.relname) as quoted,
           relation.reltuples::bigint as estimate,
           has_schema_privilege(space.oid, 'usage')
             and has_table_privilege(relation.oid, 'select') as may_read
         from pg_catalog.pg_class relation
         join pg_catalog.pg_namespace space on space.oid = relation.relnamespace
         where space.nspname = 'vecs' and relation.relkind in ('r', 'p', 'v', 'm', 'f')
           and exists (
             select from pg_catalog.pg_attribute attribute
             join pg_catalog.pg_type type on type.oid = attribute.atttypid
             where attribute.attrelid = relation.oid and not attribute.attisdropped
               and attribute.attnum > 0 and type.typname in ('vector', 'halfvec'))
         order by relation.relname",
    )
    .persistent(false)
    .fetch_all(link)
    .await
}

fn choose(mut tables: Vec<Table>, config: &Supabase) -> Result<Table, Fault> {
    let names = |tables: &[Table]| tables.iter().map(|table| table.name.clone()).collect();
    if !config.table.is_empty() {
        let wanted = config.table.strip_prefix("vecs.").unwrap_or(&config.table);
        return match tables.iter().position(|table| table.name == wanted) {
            Some(at) => Ok(tables.swap_remove(at)),
            None => Err(Fault::Missing { table: config.table.clone(), there: names(&tables) }),
        };
    }
    match (tables.pop(), tables.is_empty()) {
        (None, _) => Err(Fault::NoTable),
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            tables.push(last);
            Err(Fault::SeveralTables(names(&tables)))
        }
    }
}

async fn columns(link: &mut PgConnection, table: i64) -> Result<Vec<Column>, Sql> {
    sqlx::query_as(
        "select attribute.attname::text as name, type.typname::text as kind,
           format_type(attribute.atttypid, null) as written,
           quote_ident(space.nspname) as schema, attribute.atttypmod as length
         from pg_catalog.pg_attribute attribute
         join pg_catalog.pg_type type on type.oid = attribute.atttypid
         join pg_catalog.pg_namespace space on space.oid = type.typnamespace
         where attribute.attrelid = $1::bigint::oid and attribute.attnum > 0
           and not attribute.attisdropped",
    )
    .persistent(false)
    .bind(table)
    .fetch_all(link)
    .await
}

/// Fills in what the columns say, or tells which of them is missing.
fn shape(columns: &[Column], layout: &mut Layout) -> Result<(), String> {
    let find = |name: &str, kinds: &[&str]| {
        let column = columns.iter().find(|column| column.name == name);
        let column = column.ok_or_else(|| format!("it has no column {name}"))?;
        if kinds.is_empty() || kinds.contains(&column.kind.as_str()) {
            return Ok(column);
        }
        Err(format!("its column {name} is of type {}, not {}", column.kind, kinds.join(" or ")))
    };
    layout.id_type.clone_from(&find("id", &[])?.written);
    find("metadata", &["jsonb", "json"])?;
    let vectors = find("vec", &["vector", "halfvec"])?;
    (layout.schema, layout.vector_type) = (vectors.schema.clone(), vectors.kind.clone());
    Ok(())
}

async fn version(link: &mut PgConnection) -> Result<(u32, u32), Sql> {
    let version: Option<(String,)> = sqlx::query_as(
        "select extversion::text from pg_catalog.pg_extension where extname = 'vector'",
    )
    .persistent(false)
    .fetch_optional(link)
    .await?;
    let version = version.map(|(version,)| version).unwrap_or_default();
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    Ok((parts.next().unwrap_or(0), parts.next().unwrap_or(0)))
}

/// Whole, finished indexes of the vectors themselves.
async fn indexes(link: &mut PgConnection, table: i64) -> Result<Vec<Known>, Sql> {
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
         where index.indrelid = $1::bigint::oid and attribute.attname = 'vec'
           and index.indisvalid and index.indpred is null and index.indexprs is null
           and method.amname in ('hnsw', 'ivfflat')
         order by method.amname, relation.relname",
    )
    .persistent(false)
    .bind(table)
    .fetch_all(link)
    .await
}

/// The index to search by: of cosine distance before others, HNSW before lists.
fn best(indexes: Vec<Known>) -> Option<(Index, Operator)> {
    let usable = indexes.into_iter().filter_map(|known| {
        let operator = Operator::of_class(&known.class)?;
        let lists = known.lists.and_then(|lists| lists.parse().ok()).unwrap_or(100);
        let is_hnsw = known.method == "hnsw";
        let method = if is_hnsw { Method::Hnsw } else { Method::Ivfflat { lists } };
        Some((Index { name: known.name, method }, operator))
    });
    usable.min_by_key(|(index, operator)| {
        (*operator != Operator::Cosine, index.method != Method::Hnsw)
    })
}

/// How long the vectors of the first rows are, and how many of each, most first.
async fn lengths(link: &mut PgConnection, layout: &Layout) -> Result<Vec<(i32, i64)>, Sql> {
    let Layout { schema, table, .. } = layout;
    let sql = format!(
        "select {schema}.vector_dims(vec) as length, count(*) as rows
         from (select vec from {table} where vec is not null limit $1) as sample
         group by length order by rows desc, length"
    );
    session::rows(sql).bind(SAMPLE).fetch_all(link).await
}
