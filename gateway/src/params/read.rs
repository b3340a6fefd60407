use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use axum::extract::FromRequestParts;
use chassis::failure::Violation;
use http::request::Parts;
use url::form_urlencoded;

use crate::error::Error;
use crate::json::{INVALID_REQUEST, shown};

const INVALID_LIMIT: &str = "INVALID_LIMIT";

/// A query that knows how to read itself.
pub(crate) trait QueryString: Sized {
    /// The parameters there are, for people.
    const KNOWN: &'static str;

    /// Reads the parameters.
    fn read(params: &mut Params) -> Self;
}

/// What a request's query asks for.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: QueryString + Send, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let mut params = Params::of(parts.uri.query().unwrap_or_default())?;
        let query = T::read(&mut params);
        params.finish(T::KNOWN)?;
        Ok(Self(query))
    }
}

/// The parameters of a query, read one by one; what is wrong with them is told at once.
#[derive(Debug)]
pub(crate) struct Params {
    values: BTreeMap<String, String>,
    refused: Vec<(&'static str, Violation)>,
}

impl Params {
    fn of(query: &str) -> Result<Self, Error> {
        let mut params = Self { values: BTreeMap::new(), refused: Vec::new() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name.contains('\0') || value.contains('\0') {
                return Err(Error::NulCharacter("query".to_owned()));
            }
            if params.values.insert(name.to_string(), value.into_owned()).is_some() {
                params.refuse(INVALID_REQUEST, &name, "stands twice; keep one".to_owned());
            }
        }
        Ok(params)
    }

    /// A parameter; one that is empty counts as absent.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name).filter(|value| !value.is_empty())
    }

    /// A parameter that must be one of the words that a function knows.
    pub(crate) fn word<T>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
        words: &str,
    ) -> Option<T> {
        let word = read(&self.text(name)?);
        if word.is_none() {
            self.refuse(INVALID_REQUEST, name, format!("must be one of {words}"));
        }
        word
    }

    /// The largest number of things to list.
    pub(crate) fn limit(&mut self, range: RangeInclusive<i32>) -> Option<i32> {
        let limit = self.text("limit")?.parse().ok().filter(|limit| range.contains(limit));
        if limit.is_none() {
            let message =
                format!("must be a whole number between {} and {}", range.start(), range.end());
            self.refuse(INVALID_LIMIT, "limit", message);
        }
        limit
    }

    /// A parameter that must be a number of an event.
    pub(crate) fn seq(&mut self, name: &str) -> Option<u64> {
        let seq = self.text(name)?.parse().ok();
        if seq.is_none() {
            self.refuse(INVALID_REQUEST, name, "must be the number of an event".to_owned());
        }
        seq
    }

    fn refuse(&mut self, reason: &'static str, path: &str, message: String) {
        self.refused.push((reason, Violation { path: path.to_owned(), message }));
    }

    fn finish(mut self, known: &str) -> Result<(), Error> {
        for name in std::mem::take(&mut self.values).into_keys() {
            self.refuse(
                INVALID_REQUEST,
                &shown(&name),
                format!("is not known here; known are {known}"),
            );
        }
        Error::of(self.refused)
    }
}
