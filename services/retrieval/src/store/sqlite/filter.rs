//! The documents that a filter leaves, in the words of SQLite.
//!
//! A statement binds the tenant first and the collection second; all that the caller wrote is in
//! one more value, a JSON list, so that none of it stands in a statement.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Error};

use crate::filter::Filter;
use crate::metadata::Key;
use crate::store::passing::{Passing, Set, Values};
use crate::store::row::count;

/// A condition on the ids of documents.
#[derive(Debug)]
pub(super) struct Condition {
    /// Which documents those are; `None` is the empty set.
    ids: Option<String>,
    /// Whether all others pass, and not those.
    is_inverse: bool,
    /// The list to bind.
    pub(super) values: String,
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
        let mut writer = Writer { bound, values: Vec::new() };
        let ids = set.map(|set| writer.set(&set));
        let values = serde_json::Value::from(writer.values).to_string();
        Some(Self { ids, is_inverse, values })
    }

    /// The condition that the id in this column passes.
    pub(super) fn on(&self, column: &str) -> String {
        let not = if self.is_inverse { "not " } else { "" };
        match &self.ids {
            Some(ids) => format!("{column} {not}in ({ids})"),
            None => format!("{not}false"),
        }
    }
}

/// How many documents of so many pass.
pub(super) async fn passing(
    link: &mut SqliteConnection,
    (tenant, collection): (&str, &str),
    documents: u64,
    filter: &Filter,
) -> Result<u64, Error> {
    let Some(Condition { ids, is_inverse, values }) = Condition::of(filter, 3) else {
        return Ok(documents);
    };
    let Some(ids) = ids else { return Ok(0) };
    let sql = format!("select count(*) from (select distinct document_id from ({ids}))");
    let query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(tenant).bind(collection).bind(values);
    let found = count(query.fetch_one(link).await?);
    Ok(if is_inverse { documents.saturating_sub(found) } else { found })
}

/// The ids of documents that pass, at most so many.
pub(super) async fn documents(
    link: &mut SqliteConnection,
    (tenant, collection): (&str, &str),
    filter: &Filter,
    most: u32,
) -> Result<Vec<String>, Error> {
    let condition = Condition::of(filter, 4);
    let passes =
        condition.as_ref().map_or_else(|| "true".to_owned(), |some| some.on("document_id"));
    let sql = format!(
        "select document_id from document where tenant = ?1 and collection = ?2 and {passes} limit ?3"
    );
    let query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(tenant).bind(collection).bind(most);
    match condition {
        Some(condition) => query.bind(condition.values).fetch_all(link).await,
        None => query.fetch_all(link).await,
    }
}

/// Which of these fields no document has.
pub(super) async fn unknown(
    link: &mut SqliteConnection,
    (tenant, collection): (&str, &str),
    fields: &[&str],
) -> Result<Vec<String>, Error> {
    let keys = fields.iter().map(|field| Key::field(field));
    let unknown: Vec<i64> = sqlx::query_scalar(
        "select wanted.key from json_each(?3) as wanted
         where not exists (
           select 1 from fact where tenant = ?1 and collection = ?2 and field = wanted.value)",
    )
    .bind(tenant)
    .bind(collection)
    .bind(serde_json::Value::from_iter(keys).to_string())
    .fetch_all(link)
    .await?;
    Ok(unknown.into_iter().filter_map(|at| named(fields, at)).collect())
}

/// The field at this place.
fn named(fields: &[&str], at: i64) -> Option<String> {
    Some((*fields.get(usize::try_from(at).ok()?)?).to_owned())
}

/// Writes selections of ids, and keeps the values that they name.
struct Writer {
    bound: usize,
    values: Vec<serde_json::Value>,
}

impl Writer {
    fn set(&mut self, set: &Set) -> String {
        match set {
            Set::Of { field, values } => self.facts(field, values),
            Set::Common { of, without } => self.common(of, without),
            Set::Union(sets) => {
                let each: Vec<String> = sets.iter().map(|set| self.set(set)).collect();
                each.join(" union ")
            }
        }
    }

    fn facts(&mut self, field: &str, values: &Values) -> String {
        let facts = format!(
            "select document_id from fact where tenant = ?1 and collection = ?2 and field = {}",
            self.one(field)
        );
        match values {
            Values::OneOf(values) if let [value] = values.as_slice() => {
                format!("{facts} and value = {}", self.one(value))
            }
            Values::OneOf(values) => format!("{facts} and value in ({})", self.list(values)),
            Values::EachOf(values) => format!(
                "{facts} and value in ({}) group by document_id having count(*) = {}",
                self.list(values),
                values.len()
            ),
            Values::Within(from, until) => {
                format!("{facts} and value >= {} and value < {}", self.one(from), self.one(until))
            }
        }
    }

    fn common(&mut self, of: &[Set], without: &[Set]) -> String {
        let mut conditions = Vec::with_capacity(of.len() + without.len());
        for set in of {
            conditions.push(format!("document_id in ({})", self.set(set)));
        }
        for set in without {
            conditions.push(format!("document_id not in ({})", self.set(set)));
        }
        format!(
            "select document_id from document where tenant = ?1 and collection = ?2 and {}",
            conditions.join(" and ")
        )
    }

    /// Where a value stands in the list.
    fn one(&mut self, value: &str) -> String {
        self.values.push(value.into());
        format!("(?{} ->> {})", self.bound, self.values.len() - 1)
    }

    /// A selection of values.
    fn list(&mut self, values: &[String]) -> String {
        self.values.push(values.into());
        format!("select value from json_each(?{}, '$[{}]')", self.bound, self.values.len() - 1)
    }
}
