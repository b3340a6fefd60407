use crate::flow::scope::Scope;
use crate::flow::setting::members;
use crate::flow::table::{Field, Table};
use crate::flow::{Error, Setting};

/// Finds the passages of a collection that answer some queries.
#[derive(Clone, Debug)]
pub struct Retrieve {
    /// The collection that the caller names, if it names one.
    pub collection: Option<Setting>,
    /// The collection to search where the caller names none.
    pub default: Option<String>,
    /// The collection that stands in while the default one is missing or empty.
    pub sample: Option<String>,
    /// A text, or a list of texts; blank ones do not count.
    pub queries: Setting,
    /// How many passages to find.
    pub limit: i32,
    /// What metadata must equal, by the name of the member.
    pub filter: Vec<(String, Setting)>,
}

pub(super) const MEMBERS: [&str; 6] =
    ["collection", "default", "sample", "queries", "limit", "filter"];

/// So many queries one search takes.
pub(crate) const QUERIES_LIMIT: usize = 17;
const DEFAULT_LIMIT: i32 = 40;

pub(super) fn read(table: Table<'_>, id: &str, scope: Scope<'_>) -> Result<Retrieve, Error> {
    let what = format!("step `{id}`");
    let collection = table.get("collection");
    let default = table.get("default").map(|field| self::collection(&field)).transpose()?;
    if collection.is_none() && default.is_none() {
        let message = format!("{what} needs `collection` or `default`");
        return Err(table.error(message, "add `default = \"portfolio\"`"));
    }
    let sample = table.get("sample");
    if let (Some(sample), None) = (&sample, &default) {
        let remedy = "add `default = \"...\"`, which it stands in for";
        return Err(sample.error("`sample` needs `default`", remedy));
    }
    let limit = table.get("limit").map(|field| field.integer(1..=200)).transpose()?;
    let filter = match table.get("filter") {
        Some(field) => members(&field.table()?.fields(), scope)?,
        None => Vec::new(),
    };
    Ok(Retrieve {
        collection: collection.map(|field| texts(&field, scope)).transpose()?,
        default,
        sample: sample.map(|field| self::collection(&field)).transpose()?,
        queries: queries(
            &table.need(&what, "queries", "queries = [\"{{ input.title }}\"]")?,
            scope,
        )?,
        limit: limit.unwrap_or(DEFAULT_LIMIT),
        filter,
    })
}

fn queries(field: &Field<'_>, scope: Scope<'_>) -> Result<Setting, Error> {
    if field.value.is_str() {
        return Setting::read(field, scope);
    }
    let items = field.items()?;
    if !(1..=QUERIES_LIMIT).contains(&items.len()) {
        let message = format!("`queries` must have from 1 to {QUERIES_LIMIT} items");
        return Err(field.error(message, "add or remove some"));
    }
    Ok(Setting::List(items.iter().map(|item| texts(item, scope)).collect::<Result<_, _>>()?))
}

fn texts(field: &Field<'_>, scope: Scope<'_>) -> Result<Setting, Error> {
    field.text()?;
    Setting::read(field, scope)
}

/// The name of a collection that the flow itself chooses.
pub(in crate::flow) fn collection(field: &Field<'_>) -> Result<String, Error> {
    let name = field.plain()?;
    let is_part = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if !begins || name.len() > 63 || !name.bytes().all(is_part) {
        let remedy = "use lower-case letters, digits, `-` and `_`, at most 63";
        return Err(field.error(format!("`{name}` cannot be the name of a collection"), remedy));
    }
    Ok(name.to_owned())
}
