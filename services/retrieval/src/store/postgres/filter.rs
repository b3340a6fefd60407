//! The documents that a filter leaves, in the words of Postgres.
//!
//! A statement binds the tenant first and the collection second; all that the caller wrote is in
//! one more value, a list of texts, so that none of it stands in a statement.

use crate::Error;
use crate::filter::Filter;
use crate::metadata::Key;
use crate::store::passing::{Passing, Set, Values};
use crate::store::postgres::ranking::Place;
use crate::store::postgres::session::Session;
use crate::store::row::count;

/// A condition on the ids of documents.
#[derive(Debug)]
pub(super) struct Condition {
    /// Which documents those are; `None` is the empty set.
    ids: Option<String>,
    /// Whether all others pass, and not those.
    is_inverse: bool,
    /// The list to bind.
    pub(super) values: Vec<String>,
}

impl Condition {
    /// The documents that the filter leaves, with the list of values bound at this number; `None`
    /// where those are all.
    pub(super) fn of(filter: &Filter, bound: usize) -> Option<Self> {
        let (set, is_inverse) = match Passing::of(filter) {
            Passing::AllBut(None) => return None,
            Passing::AllBut(set) => (set, true),
            Passing::Only(set) => (set, false),
        };
        let mut writer = Writer { bound, sets: 0, values: Vec::new() };
        let ids = set.map(|set| writer.set(&set));
        Some(Self { ids, is_inverse, values: writer.values })
    }

    /// The condition that the id in this column passes.
    pub(super) fn on(&self, column: &str) -> String {
        match (&self.ids, self.is_inverse) {
            (Some(ids), false) => format!("{column} in ({ids})"),
            (Some(ids), true) => without(ids, column),
            (None, is_inverse) => is_inverse.to_string(),
        }
    }

    /// The same, as a question to each row.
    pub(super) fn by_row(&self, column: &str) -> String {
        let not = if self.is_inverse { "not " } else { "" };
        match &self.ids {
            Some(ids) => format!(
                "({not}exists (select from ({ids}) as passing where passing.document_id = {column})) is true"
            ),
            None => self.is_inverse.to_string(),
        }
    }
}

/// How many documents of so many pass.
pub(super) async fn passing(
    link: &mut Session,
    place: Place<'_>,
    documents: u64,
    filter: &Filter,
) -> Result<u64, Error> {
    let Some(Condition { ids, is_inverse, values }) = Condition::of(filter, 3) else {
        return Ok(documents);
    };
    let Some(ids) = ids else { return Ok(0) };
    let sql = format!("select count(distinct document_id) from ({ids}) as passing");
    let query = link.composed::<(i64,)>(sql).bind(place.tenant.as_str()).bind(place.collection);
    let (found,) = query.bind(values).fetch_one(link.link()).await?;
    let found = count(found);
    Ok(if is_inverse { documents.saturating_sub(found) } else { found })
}

/// The ids of documents that pass, at most so many.
pub(super) async fn documents(
    link: &mut Session,
    place: Place<'_>,
    filter: &Filter,
    most: u32,
) -> Result<Vec<String>, Error> {
    let condition = Condition::of(filter, 4);
    let passes = condition
        .as_ref()
        .map_or_else(|| "true".to_owned(), |some| some.on("document.document_id"));
    let sql = format!(
        "select document_id from retrieval.document where tenant = $1 and collection = $2 and {passes} limit $3"
    );
    let query = link.composed::<(String,)>(sql).bind(place.tenant.as_str()).bind(place.collection);
    let query = query.bind(i64::from(most));
    let ids = match condition {
        Some(condition) => query.bind(condition.values).fetch_all(link.link()).await?,
        None => query.fetch_all(link.link()).await?,
    };
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Which of these fields no document has.
pub(super) async fn unknown(
    link: &mut Session,
    place: Place<'_>,
    fields: &[&str],
) -> Result<Vec<String>, Error> {
    let keys: Vec<String> = fields.iter().map(|field| Key::field(field)).collect();
    let unknown = link
        .value(
            "select wanted.field from unnest($3::text[], $4::text[]) as wanted (field, key)
             where not exists (
               select from retrieval.fact
               where tenant = $1 and collection = $2 and fact.field = wanted.key)",
        )
        .bind(place.tenant.as_str())
        .bind(place.collection)
        .bind(fields)
        .bind(keys)
        .fetch_all(link.link())
        .await?;
    Ok(unknown)
}

/// That an id is in none of these; `not in` is no join to Postgres, and slow.
fn without(ids: &str, column: &str) -> String {
    format!("not exists (select from ({ids}) as gone where gone.document_id = {column})")
}

/// Writes selections of ids, and keeps the values that they name.
struct Writer {
    bound: usize,
    /// How many sets have a name.
    sets: usize,
    values: Vec<String>,
}

impl Writer {
    fn set(&mut self, set: &Set) -> String {
        match set {
            Set::Of { field, values } => self.facts(field, values),
            Set::Common { of, without } => self.common(of, without),
            Set::Union(sets) => {
                let each: Vec<String> = sets.iter().map(|set| self.set(set)).collect();
                format!("({})", each.join(") union ("))
            }
        }
    }

    fn facts(&mut self, field: &str, values: &Values) -> String {
        let facts = format!(
            "select document_id from retrieval.fact where tenant = $1 and collection = $2 and field = {}",
            self.one(field)
        );
        match values {
            Values::OneOf(values) if let [value] = values.as_slice() => {
                format!("{facts} and value = {}", self.one(value))
            }
            Values::OneOf(values) => format!("{facts} and value = any({})", self.list(values)),
            Values::EachOf(values) => format!(
                "{facts} and value = any({}) group by document_id having count(*) = {}",
                self.list(values),
                values.len()
            ),
            Values::Within(from, until) => {
                format!("{facts} and value >= {} and value < {}", self.one(from), self.one(until))
            }
        }
    }

    fn common(&mut self, of: &[Set], without: &[Set]) -> String {
        self.sets += 1;
        let name = format!("set_{}", self.sets);
        let id = format!("{name}.document_id");
        let (mut first, mut conditions) = (None, Vec::with_capacity(of.len() + without.len()));
        for set in of {
            let ids = self.set(set);
            match first {
                None => first = Some(ids),
                Some(_) => conditions.push(format!("{id} in ({ids})")),
            }
        }
        for set in without {
            conditions.push(self::without(&self.set(set), &id));
        }
        let first = first.unwrap_or_default();
        format!("select {id} from ({first}) as {name} where {}", conditions.join(" and "))
    }

    /// Where a value stands in the list.
    fn one(&mut self, value: &str) -> String {
        self.values.push(value.to_owned());
        format!("(${}::text[])[{}]", self.bound, self.values.len())
    }

    /// A part of the list.
    fn list(&mut self, values: &[String]) -> String {
        let first = self.values.len() + 1;
        self.values.extend_from_slice(values);
        format!("(${}::text[])[{first}:{}]", self.bound, self.values.len())
    }
}
