use sqlx::postgres::PgConnection;
use sqlx::{Error as Sql, FromRow};

use crate::store::attached::layout::Layout;
use crate::store::attached::preset::{Extra, Meaning};

/// So many columns go into one object: a function takes no more than a hundred arguments.
const AT_ONCE: usize = 40;

#[derive(FromRow)]
pub(in crate::store::attached) struct Column {
    pub(in crate::store::attached) name: String,
    quoted: String,
    /// The name as a text in a statement.
    literal: String,
    kind: String,
    written: String,
    schema: String,
    pub(in crate::store::attached) length: i32,
    is_nullable: bool,
}

/// The columns in their order.
pub(in crate::store::attached) async fn all(
    link: &mut PgConnection,
    table: i64,
) -> Result<Vec<Column>, Sql> {
    sqlx::query_as(
        "select attribute.attname::text as name, quote_ident(attribute.attname) as quoted,
           quote_literal(attribute.attname) as literal, type.typname::text as kind,
           format_type(attribute.atttypid, null) as written,
           quote_ident(space.nspname) as schema, attribute.atttypmod as length,
           not attribute.attnotnull as is_nullable
         from pg_catalog.pg_attribute attribute
         join pg_catalog.pg_type type on type.oid = attribute.atttypid
         join pg_catalog.pg_namespace space on space.oid = type.typnamespace
         where attribute.attrelid = $1::bigint::oid and attribute.attnum > 0
           and not attribute.attisdropped
         order by attribute.attnum",
    )
    .persistent(false)
    .bind(table)
    .fetch_all(link)
    .await
}

/// Fills in what the columns say, or tells which of them cannot be what it should.
pub(super) fn shape(
    there: &[Column],
    meaning: &Meaning,
    table: &str,
    only: Option<&str>,
    layout: &mut Layout,
) -> Result<(), String> {
    let find = |name: &str, kinds: &[&str]| find(there, name, kinds);
    let id = find(&meaning.id, &[])?;
    let vector = find(&meaning.vector, &["vector", "halfvec"])?;
    let text = meaning.text.as_ref().map(|name| find(name, &["text", "varchar", "bpchar"]));
    let metadata = meaning.metadata.as_ref().map(|name| find(name, &["jsonb", "json"]));
    let (text, metadata) = (text.transpose()?, metadata.transpose()?);
    let body = text.map_or("null", |column| &column.quoted);
    let (metadata, told) = members(metadata, &extra(there, meaning));
    let condition = only.map(|only| format!(" where {only}")).unwrap_or_default();
    layout.source = format!(
        "(select {} as id, {body}::text as body, {metadata} as metadata, {told} as told,
          {} as vec from {table}{condition}) as source",
        id.quoted, vector.quoted
    );
    layout.preset = meaning.preset;
    layout.has_body = text.is_some();
    layout.id_type.clone_from(&id.written);
    (layout.extension, layout.vector_type) = (vector.schema.clone(), vector.kind.clone());
    Ok(())
}

fn find<'a>(there: &'a [Column], name: &str, kinds: &[&str]) -> Result<&'a Column, String> {
    let column = there.iter().find(|column| column.name == name);
    let column = column.ok_or_else(|| format!("it has no column {name}"))?;
    if kinds.is_empty() || kinds.contains(&column.kind.as_str()) {
        return Ok(column);
    }
    Err(format!("its column {name} is of type {}, not {}", column.kind, kinds.join(" or ")))
}

/// The columns that are read as members of the metadata.
fn extra<'a>(there: &'a [Column], meaning: &Meaning) -> Vec<&'a Column> {
    let Meaning { id, text, metadata, vector, member, .. } = meaning;
    let has_meaning = |name: &String| {
        [Some(id), text.as_ref(), metadata.as_ref(), Some(vector), member.as_ref()]
            .contains(&Some(name))
    };
    let is_vector = |column: &Column| matches!(column.kind.as_str(), "vector" | "halfvec");
    let is_extra = |column: &&Column| match meaning.extra {
        Extra::None => false,
        Extra::These(names) => names.contains(&column.name.as_str()),
        Extra::Rest => !has_meaning(&column.name) && !is_vector(column),
    };
    there.iter().filter(is_extra).collect()
}

/// The metadata as one object, for filters; and as it is told, byte for byte where it can be.
fn members(metadata: Option<&Column>, extra: &[&Column]) -> (String, String) {
    let own = match metadata {
        Some(Column { quoted, is_nullable: true, .. }) => {
            format!("coalesce({quoted}::jsonb, '{{}}')")
        }
        Some(Column { quoted, .. }) => format!("{quoted}::jsonb"),
        None => "'{}'::jsonb".to_owned(),
    };
    if let (Some(column), []) = (metadata, extra) {
        return (own, format!("{}::text", column.quoted));
    }
    let pair = |column: &&Column| format!("{}, {}", column.literal, column.quoted);
    let objects = extra.chunks(AT_ONCE).map(|some| {
        let pairs: Vec<String> = some.iter().map(pair).collect();
        format!(" || jsonb_build_object({})", pairs.join(", "))
    });
    let all = format!("({own}{})", objects.collect::<String>());
    (all.clone(), format!("{all}::text"))
}
