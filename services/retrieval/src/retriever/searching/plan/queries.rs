use crate::embed::Vector;
use crate::error::Shape;
use crate::search::{Leg, Search};
use crate::words::{MOST_TERMS, terms};
use crate::{Error, check};

/// The most queries beside the first.
const MOST_QUERIES: usize = 16;
const MOST_NUMBERS: usize = 16_000;

/// One query, and where it stands in the request: empty for the first, `[n]` for more.
pub(in crate::retriever::searching) struct Query {
    pub(in crate::retriever::searching) place: String,
    pub(in crate::retriever::searching) text: String,
    pub(in crate::retriever::searching) words: Vec<String>,
    /// The vector that the caller brought; such a query has no text.
    pub(in crate::retriever::searching) vector: Option<Vector>,
}

/// The queries that are not blank, at least one.
pub(super) fn read(search: &Search, warnings: &mut Vec<String>) -> Result<Vec<Query>, Error> {
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
        queries.push(Query { place, text: text.clone(), words: found.words, vector: None });
    }
    queries.extend(vector(search)?);
    if queries.is_empty() { Err(Error::BlankQuery) } else { Ok(queries) }
}

/// The vector that the caller brought, if it is one that can be compared.
fn vector(search: &Search) -> Result<Option<Query>, Error> {
    let numbers = &search.vector;
    let rule = match () {
        () if numbers.is_empty() => return Ok(None),
        () if numbers.len() > MOST_NUMBERS => "must have at most 16000 numbers",
        () if !numbers.iter().all(|number| number.is_finite()) => {
            "must be of finite numbers, each of them a 32-bit float"
        }
        () if numbers.iter().all(|number| *number == 0.0) => "must not be all zeros",
        () if !search.mode.legs().contains(&Leg::Dense) => {
            "is of no use without the dense leg; choose another mode"
        }
        () => {
            let vector = Some(numbers.as_slice().into());
            let place = "[vector]".to_owned();
            return Ok(Some(Query { place, text: String::new(), words: Vec::new(), vector }));
        }
    };
    Err(Shape::InvalidVector { rule: rule.to_owned() }.into())
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
