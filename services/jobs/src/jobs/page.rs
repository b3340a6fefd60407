//! Lists page by page: a token names the last thing that was seen.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::id;

use crate::error::Error;

const USUAL: u32 = 50;
const LARGEST: u32 = 200;

/// Part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins; empty after the last.
    pub next: String,
}

/// What part of a list is asked for.
pub(super) struct Ask {
    limit: u32,
    before: Option<String>,
}

impl Ask {
    pub(super) fn read(prefix: &str, size: i32, token: &str) -> Result<Self, Error> {
        let limit = match u32::try_from(size).map_err(|_| Error::InvalidLimit)? {
            0 => USUAL,
            size @ 1..=LARGEST => size,
            _ => return Err(Error::InvalidLimit),
        };
        if token.is_empty() {
            return Ok(Self { limit, before: None });
        }
        let id = URL_SAFE_NO_PAD.decode(token).ok().and_then(|id| String::from_utf8(id).ok());
        let id = id.filter(|id| id::is(prefix, id)).ok_or(Error::InvalidPageToken)?;
        Ok(Self { limit, before: Some(id) })
    }

    pub(super) fn before(&self) -> Option<&str> {
        self.before.as_deref()
    }

    /// One more than a page holds, to see whether there is another.
    pub(super) fn limit(&self) -> u32 {
        self.limit + 1
    }

    pub(super) fn page<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> &String) -> Page<T> {
        let size = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = items.len() > size;
        items.truncate(size);
        let last = items.last().filter(|_| has_more);
        let next = last.map_or_else(String::new, |last| URL_SAFE_NO_PAD.encode(id(last)));
        Page { items, next }
    }
}

/// Refuses what is no id, before a row is looked for.
pub(super) fn check(prefix: &str, text: &str, what: &'static str) -> Result<(), Error> {
    if id::is(prefix, text) { Ok(()) } else { Err(Error::InvalidId(what)) }
}
