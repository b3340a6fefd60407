use crate::metadata::{Filter, Scalar};
use crate::search::{Condition, Mode, Search};
use crate::words::{MOST_TERMS, terms};
use crate::{Error, check};

/// The most queries beside the first.
const MOST_QUERIES: usize = 16;
/// The most passages of an answer.
const MOST_PASSAGES: i32 = 200;
/// The passages of an answer where nothing was said.
const USUAL_PASSAGES: i32 = 10;
/// The most conditions of a filter.
const MOST_CONDITIONS: usize = 32;
/// How deep rankings are read where several are fused, at the least.
const FUSED_DEPTH: u32 = 100;

/// A search that was checked.
pub(super) struct Plan {
    pub(super) collection: String,
    pub(super) queries: Vec<Query>,
    /// What must hold of a document; `None` is what can hold of none.
    pub(super) filter: Option<Filter>,
    pub(super) mode: Mode,
    pub(super) limit: usize,
    pub(super) min_score: f64,
    pub(super) explain: bool,
    pub(super) warnings: Vec<String>,
}

/// One query, and where it stands in the request: empty for the first, `[n]` for more.
pub(super) struct Query {
    pub(super) place: String,
    pub(super) text: String,
    pub(super) words: Vec<String>,
}

impl Plan {
    /// Checks a search, field by field.
    pub(super) fn of(search: Search) -> Result<Self, Error> {
        check::collection(&search.collection)?;
        let mut warnings = Vec::new();
        let queries = queries(&search, &mut warnings)?;
        if !(0..=MOST_PASSAGES).contains(&search.limit) {
            return Err(Error::InvalidLimit { path: "limit", most: MOST_PASSAGES });
        }
        if !(0.0..=1.0).contains(&search.min_score) {
            return Err(Error::InvalidScore);
        }
        let limit = if search.limit == 0 { USUAL_PASSAGES } else { search.limit };
        Ok(Self {
            filter: filter(&search.filter)?,
            collection: search.collection,
            queries,
            mode: search.mode,
            limit: usize::try_from(limit).unwrap_or(0),
            min_score: search.min_score,
            explain: search.explain,
            warnings,
        })
    }

    /// How many hits of each ranking are read, where so many legs rank: a passage may be best of all
    /// and first in none.
    pub(super) fn depth(&self, legs: usize) -> u32 {
        let limit = u32::try_from(self.limit).unwrap_or(u32::MAX);
        if self.queries.len() * legs <= 1 {
            limit
        } else {
            limit.saturating_mul(2).max(FUSED_DEPTH)
        }
    }
}

/// The queries that are not blank, at least one.
fn queries(search: &Search, warnings: &mut Vec<String>) -> Result<Vec<Query>, Error> {
    if search.more_queries.len() > MOST_QUERIES {
        return Err(Error::TooManyQueries(MOST_QUERIES));
    }
    let more = search.more_queries.iter().enumerate();
    let more = more.map(|(at, text)| ("more_queries", format!("[{at}]"), text));
    let mut queries = Vec::new();
    for (field, place, text) in [("query", String::new(), &search.query)].into_iter().chain(more) {
        let path = format!("{field}{place}");
        check::short(&path, text, check::LONGEST_QUERY)?;
        if text.trim().is_empty() {
            continue;
        }
        let found = terms(text);
        warnings.extend(warning(&path, found.words.len(), found.ignored));
        queries.push(Query { place, text: text.clone(), words: found.words });
    }
    if queries.is_empty() { Err(Error::BlankQuery) } else { Ok(queries) }
}

fn warning(path: &str, words: usize, ignored: usize) -> Option<String> {
    match (words, ignored) {
        (0, _) => Some(format!("{path} has no letters or digits to search for")),
        (_, 0) => None,
        (_, ignored) => Some(format!(
            "{path} has {} different words; only the first {MOST_TERMS} were searched for",
            words + ignored
        )),
    }
}

/// Each condition once. A field that must equal two values is met by no document.
fn filter(conditions: &[Condition]) -> Result<Option<Filter>, Error> {
    if conditions.len() > MOST_CONDITIONS {
        let rule = "must hold at most 32 conditions";
        return Err(Error::InvalidFilter { path: "filter.all".to_owned(), rule });
    }
    let mut filter = Filter::default();
    let mut can_hold = true;
    for (at, condition) in conditions.iter().enumerate() {
        check_condition(at, condition)?;
        match &condition.equals {
            Some(value) => filter.add(&condition.field, value),
            None => can_hold = false,
        }
    }
    filter.facts.sort();
    filter.facts.dedup();
    let is_once = filter.facts.windows(2).all(|pair| pair[0].field != pair[1].field);
    Ok((can_hold && is_once).then_some(filter))
}

fn check_condition(at: usize, condition: &Condition) -> Result<(), Error> {
    let refuse = |member: &str, rule| {
        Err(Error::InvalidFilter { path: format!("filter.all[{at}].{member}"), rule })
    };
    if condition.field.is_empty() {
        return refuse("field", "must name a member of the metadata");
    }
    if condition.field.contains('\0') {
        return refuse("field", "must not contain a NUL character");
    }
    match &condition.equals {
        Some(Scalar::Number(number)) if !number.is_finite() => {
            refuse("equals", "must be a finite number")
        }
        Some(Scalar::Text(text)) if text.contains('\0') => {
            refuse("equals", "must not contain a NUL character")
        }
        Some(_) | None => Ok(()),
    }
}
