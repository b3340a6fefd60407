//! Pages of a list: each begins after a key, which crosses as an opaque token.

use crate::Error;
use crate::collection::Collection;
use crate::document::Document;

/// The most rows of a page.
const MOST: i32 = 1000;
/// The rows of a page where nothing was said.
const USUAL: i32 = 100;

/// The most bytes of a page, so that it fits into a message. Its first row goes in anyway.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Which page of a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// The most rows to return; 0 is the usual number.
    pub size: i32,
    /// The token of the page before; empty begins.
    pub token: String,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; empty after the last.
    pub next_token: String,
}

/// What a store is asked for: rows after this key, and one more than the page holds.
pub(crate) struct Span {
    pub(crate) after: String,
    pub(crate) size: usize,
}

impl PageRequest {
    /// The span of rows, of the list that is called so.
    pub(crate) fn span(&self, list: &str) -> Result<Span, Error> {
        if !(0..=MOST).contains(&self.size) {
            return Err(Error::InvalidLimit { path: "page_size", most: MOST });
        }
        let size = if self.size == 0 { USUAL } else { self.size };
        let size = usize::try_from(size).unwrap_or(0);
        Ok(Span { after: key(list, &self.token)?, size })
    }
}

impl Span {
    /// How many rows to read, to know whether there is a next page.
    pub(crate) fn rows(&self) -> i64 {
        i64::try_from(self.size + 1).unwrap_or(i64::MAX)
    }

    /// The page of these rows, with the token for what follows its last one.
    pub(crate) fn page<T: Row>(&self, list: &str, mut rows: Vec<T>) -> Page<T> {
        let mut bytes = 0;
        let fits = |row: &&T| {
            bytes += row.bytes();
            bytes <= MOST_BYTES
        };
        let fit = rows.iter().take(self.size).take_while(fits).count().max(1);
        let is_last = rows.len() <= fit;
        rows.truncate(fit);
        let last = rows.last().filter(|_| !is_last);
        let next_token = last.map(|row| hex::encode(format!("{list}\n{}", row.key())));
        Page { next_token: next_token.unwrap_or_default(), rows }
    }
}

/// What is listed.
pub(crate) trait Row {
    /// What the list is in the order of.
    fn key(&self) -> &str;

    /// About how large it is.
    fn bytes(&self) -> usize;
}

impl Row for Document {
    fn key(&self) -> &str {
        &self.document_id
    }

    fn bytes(&self) -> usize {
        self.title.len() + self.metadata.len()
    }
}

impl Row for Collection {
    fn key(&self) -> &str {
        &self.collection
    }

    fn bytes(&self) -> usize {
        self.description.len()
    }
}

/// A token holds for the list that gave it out only.
fn key(list: &str, token: &str) -> Result<String, Error> {
    if token.is_empty() {
        return Ok(String::new());
    }
    let text = hex::decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let key = text.as_deref().and_then(|text| text.strip_prefix(list)?.strip_prefix('\n'));
    match key {
        Some(key) if !key.is_empty() && !key.contains('\0') => Ok(key.to_owned()),
        Some(_) | None => Err(Error::InvalidPageToken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key, and how many bytes the row has.
    #[derive(Debug, PartialEq)]
    struct Line(&'static str, usize);

    impl Row for Line {
        fn key(&self) -> &str {
            self.0
        }

        fn bytes(&self) -> usize {
            self.1
        }
    }

    fn span(size: i32, token: &str) -> Result<Span, Error> {
        PageRequest { size, token: token.to_owned() }.span("notes")
    }

    #[test]
    fn a_page_that_is_full_says_where_the_next_begins() {
        let first = span(2, "").unwrap();
        let page = first.page("notes", vec![Line("a", 1), Line("b\n", 1), Line("c", 1)]);
        assert_eq!((page.rows, first.rows()), (vec![Line("a", 1), Line("b\n", 1)], 3));
        assert_eq!(span(2, &page.next_token).unwrap().after, "b\n");
    }

    #[test]
    fn the_last_page_says_nothing() {
        let rows = vec![Line("a", 1), Line("b", 1)];
        assert_eq!(span(2, "").unwrap().page("notes", rows).next_token, "");
        assert_eq!(span(2, "").unwrap().page("notes", Vec::<Line>::new()).next_token, "");
    }

    #[test]
    fn a_page_ends_before_it_gets_too_large() {
        let page = span(9, "").unwrap().page("notes", vec![Line("a", MOST_BYTES), Line("b", 1)]);
        assert_eq!(page.rows, [Line("a", MOST_BYTES)]);
        let page = span(9, &page.next_token)
            .unwrap()
            .page("notes", vec![Line("c", MOST_BYTES + 1), Line("d", 1)]);
        assert_eq!((page.rows.len(), page.next_token.is_empty()), (1, false));
    }

    #[test]
    fn sizes_have_a_range_and_a_default() {
        assert_eq!(span(0, "").unwrap().size, 100);
        assert!(matches!(span(-1, ""), Err(Error::InvalidLimit { .. })));
        assert!(matches!(span(1001, ""), Err(Error::InvalidLimit { .. })));
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        let bad = [hex::encode("other\nb"), hex::encode("notes\n"), hex::encode("notes\nb\0")];
        for token in bad.iter().map(String::as_str).chain(["zz", "ff", "☃", "0"]) {
            assert!(matches!(span(1, token), Err(Error::InvalidPageToken)), "{token}");
        }
    }
}
