//! Reads what the database says of its tables.

pub(super) mod columns;
mod indexes;
pub(super) mod tables;

use sqlx::Error as Sql;
use sqlx::postgres::{PgConnection, PgPool};

use crate::Fault;
use crate::attachment::Mapping;
use crate::config::Place;
use crate::store::attached::catalogue::columns::Column;
use crate::store::attached::catalogue::tables::Table;
use crate::store::attached::layout::{Layout, Operator};
use crate::store::attached::preset::{self, Meaning};
use crate::store::attached::{connect, failure, session};

/// So many rows tell of which lengths a table's vectors are, where its column does not.
const SAMPLE: i64 = 10_000;

/// What is looked for, and where that was said.
pub(super) struct Wanted<'a> {
    pub(super) place: &'a Place,
    pub(super) setting: &'a str,
    pub(super) mapping: &'a Mapping,
    /// How long the vectors are that can be compared, where that is known.
    pub(super) dimension: Option<u32>,
}

/// The shape of the table that is meant, or of the only one. Of vectors of several lengths those
/// count that are as long as is wanted, or else most.
pub(super) async fn read(pool: &PgPool, wanted: &Wanted<'_>) -> Result<Layout, Fault> {
    let Wanted { place, setting, .. } = wanted;
    let lost = |error: Sql| connect::fault(&error, &place.setting);
    let mut link = session::begin(pool, place.limits.timeout).await.map_err(lost)?;
    let there = tables::all(&mut link).await.map_err(lost)?;
    let Table { oid, name, schema, quoted, estimate, may_read, .. } =
        tables::choose(there, wanted)?;
    let mut layout = Layout {
        name,
        schema,
        estimate,
        place: place.setting.clone(),
        setting: (*setting).to_owned(),
        ..Layout::default()
    };
    if !may_read {
        return Err(layout.denied());
    }
    match describe(&mut link, oid, &quoted, wanted, &mut layout).await {
        Ok(described) => described.map(|()| layout),
        Err(error) => Err(failure::failed(&error, &layout)),
    }
}

/// Fills in what the table's columns, indexes and rows say, or tells what is the matter with them.
async fn describe(
    link: &mut PgConnection,
    oid: i64,
    table: &str,
    wanted: &Wanted<'_>,
    layout: &mut Layout,
) -> Result<Result<(), Fault>, Sql> {
    let mapping = wanted.mapping;
    let there = columns::all(link, oid).await?;
    let names: Vec<&str> = there.iter().map(|column| column.name.as_str()).collect();
    let meant = preset::meaning(&names, mapping.layout, &mapping.columns);
    let only = match &meant {
        Ok(Meaning { member: Some(member), .. }) => {
            let groups = tables::groups(link, oid, member).await?;
            match tables::group(groups, layout, &mapping.collection_name) {
                Ok(only) => only,
                Err(fault) => return Ok(Err(fault)),
            }
        }
        Ok(Meaning { member: None, .. }) | Err(_) => None,
    };
    let shaped = meant.and_then(|meaning| {
        columns::shape(&there, &meaning, table, only.as_deref(), layout).map(|()| meaning)
    });
    match shaped {
        Ok(meaning) => compare(link, oid, &there, &meaning, wanted, layout).await.map(Ok),
        Err(why) => {
            let (table, setting) = (layout.name.clone(), layout.setting.clone());
            Ok(Err(Fault::Shape { table, why, setting }))
        }
    }
}

/// Finds out how the vectors can be compared, and which of them.
async fn compare(
    link: &mut PgConnection,
    oid: i64,
    there: &[Column],
    meaning: &Meaning,
    wanted: &Wanted<'_>,
    layout: &mut Layout,
) -> Result<(), Sql> {
    layout.iterates = indexes::can_iterate(link).await?;
    let asked = Operator::of_measure(wanted.mapping.operator);
    let known = indexes::all(link, oid, &meaning.vector).await?;
    layout.operator = asked.unwrap_or_default();
    if let Some((index, operator)) = indexes::best(known, asked) {
        (layout.index, layout.operator) = (Some(index), operator);
    }
    let declared = there.iter().find(|column| column.name == meaning.vector);
    layout.dimension = declared.and_then(|column| u32::try_from(column.length).ok());
    layout.is_uniform = layout.dimension.is_some();
    if !layout.is_uniform {
        let lengths = lengths(link, layout).await?;
        let is_wanted = |(length, _): &&(i32, i64)| u32::try_from(*length).ok() == wanted.dimension;
        let chosen = lengths.iter().find(is_wanted).or_else(|| lengths.first());
        layout.dimension = chosen.and_then(|(length, _)| u32::try_from(*length).ok());
        let all: i64 = lengths.iter().map(|(_, rows)| rows).sum();
        layout.strays = all - chosen.map_or(0, |(_, rows)| *rows);
    }
    Ok(())
}

/// How long the vectors of the first rows are, and how many of each, most first.
async fn lengths(link: &mut PgConnection, layout: &Layout) -> Result<Vec<(i32, i64)>, Sql> {
    let Layout { extension, source, .. } = layout;
    let sql = format!(
        "select {extension}.vector_dims(vec) as length, count(*) as rows
         from (select vec from {source} where vec is not null limit $1) as sample
         group by length order by rows desc, length"
    );
    session::rows(sql).bind(SAMPLE).fetch_all(link).await
}
