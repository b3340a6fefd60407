//! The statements of the dense leg. What stands in them are our own words, numbers, and the name of
//! the extension's schema; what a caller wrote is bound.

use crate::Error;
use crate::store::postgres::dense::{Ask, Near};
use crate::store::postgres::filter::Condition;
use crate::store::postgres::ranking::Place;
use crate::store::postgres::session::Session;
use crate::store::postgres::vector::joined;
use crate::store::row::column;

/// A statement with the list that its filter binds, where it has one.
pub(super) struct Statement {
    sql: String,
    values: Option<Vec<String>>,
    /// How many rows it returns for each vector.
    limit: i64,
}

/// Compares every vector that the filter leaves. No index on vectors serves it: those are of
/// vectors in half the size.
pub(super) fn exact(ask: &Ask<'_>, space: i64) -> Statement {
    let condition = Condition::of(ask.filter, 6);
    let distance = ask.table.operator("<#>");
    let passes = condition.as_ref().map(|condition| condition.on("vector.document_id"));
    let near = format!(
        "{} order by embedding {distance} asked.whole, document_id, ordinal",
        rows(space, passes)
    );
    let values = condition.map(|condition| condition.values);
    Statement { sql: nearest(ask, &near), values, limit: i64::from(ask.limit) }
}

/// Searches the index, for more than is asked, since it orders by vectors in half the size.
///
/// The filter is a question to each row, and never joined: a join would lose the index's order.
pub(super) fn indexed(ask: &Ask<'_>, space: i64) -> Statement {
    let condition = Condition::of(ask.filter, 6);
    let distance = ask.table.operator("<=>");
    let passes = condition.as_ref().map(|condition| condition.by_row("vector.document_id"));
    let near = format!(
        "{} order by {} {distance} asked.half",
        rows(space, passes),
        ask.table.half(ask.space.dimension)
    );
    let values = condition.map(|condition| condition.values);
    Statement { sql: nearest(ask, &near), values, limit: i64::from(ask.limit.saturating_mul(2)) }
}

/// Counts the vectors that the filter leaves, no further than is said and one; `None` where it
/// leaves all.
pub(super) fn passing(ask: &Ask<'_>, space: i64, most: u64) -> Option<Statement> {
    let condition = Condition::of(ask.filter, 4)?;
    let rows = rows(space, Some(condition.on("vector.document_id")));
    let sql = format!(
        "select count(*) from (select from retrieval.vector where {rows} limit $3) as passing"
    );
    let limit = i64::try_from(most.saturating_add(1)).unwrap_or(i64::MAX);
    Some(Statement { sql, values: Some(condition.values), limit })
}

/// The rows of a space of one collection, which the filter leaves.
fn rows(space: i64, passes: Option<String>) -> String {
    let passes = passes.map_or_else(String::new, |passes| format!(" and {passes}"));
    format!("tenant = $1 and collection = $2 and space = {space}{passes}")
}

/// For each vector that is bound the rows that come first, compared in full.
fn nearest(ask: &Ask<'_>, near: &str) -> String {
    let (table, dimension) = (ask.table, ask.space.dimension);
    let (vector, half, distance) =
        (table.name("vector"), table.name("halfvec"), table.operator("<=>"));
    format!(
        "with asked as materialized (
           select number, whole, whole::{half}({dimension}) as half
           from (select number,
                   ($3::real[])[(number - 1) * {dimension} + 1 : number * {dimension}]::{vector} as whole
                 from generate_series(1, $4::bigint) as number) as bound)
         select asked.number as asked, near.document_id, near.ordinal,
           (1 - (near.embedding {distance} asked.whole))::float8 as likeness
         from asked cross join lateral (
           select document_id, ordinal, embedding from retrieval.vector
           where {near} limit $5) as near
         order by asked, likeness desc, document_id, ordinal"
    )
}

impl Statement {
    /// Runs it for every vector at once.
    pub(super) async fn near(self, link: &mut Session, ask: &Ask<'_>) -> Result<Vec<Near>, Error> {
        let mut query = link
            .composed(self.sql)
            .bind(ask.place.tenant.as_str())
            .bind(ask.place.collection)
            .bind(joined(ask.vectors.iter()))
            .bind(column(ask.vectors.len()))
            .bind(self.limit);
        if let Some(values) = self.values {
            query = query.bind(values);
        }
        Ok(query.fetch_all(link.link()).await?)
    }

    /// Runs it where it counts.
    pub(super) async fn count(self, link: &mut Session, place: Place<'_>) -> Result<i64, Error> {
        let query = link.composed::<(i64,)>(self.sql).bind(place.tenant.as_str());
        let query = query.bind(place.collection).bind(self.limit).bind(self.values);
        Ok(query.fetch_one(link.link()).await?.0)
    }
}
