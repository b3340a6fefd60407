//! What a filter must be before anything is made of it. What passes holds no NUL and has bounds.

use crate::Error;
use crate::filter::{Bound, Filter, Range, Test};
use crate::metadata::Scalar;

/// The most conditions of one group.
const WIDEST: usize = 32;
/// The most conditions of a filter in all.
const MOST: usize = 256;
/// How deep conditions may lie in each other.
const DEEPEST: usize = 8;
/// The most values of one list.
const LONGEST_LIST: usize = 1000;
/// The most values of all lists of a filter.
const MOST_VALUES: usize = 4000;
/// In bytes; a longer beginning is found by no index.
const LONGEST_PREFIX: usize = 200;
/// In bytes.
const LONGEST_TEXT: usize = 4000;

/// Counts what was seen so far.
#[derive(Default)]
struct Check {
    conditions: usize,
    values: usize,
}

impl Filter {
    /// Checks every part; an error names its path, such as `filter.all[0].range.gte`.
    ///
    /// # Errors
    ///
    /// What is too large or too deep, a field without a name, and a value that can be none of its test.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut check = Check::default();
        match self {
            Self::All(all) => check.group("filter.all", "filter.all", all, 1),
            Self::Any(_) | Self::Not(_) | Self::Field { .. } => check.one("filter", self, 1),
        }
    }
}

impl Check {
    fn group(&mut self, path: &str, items: &str, of: &[Filter], depth: usize) -> Result<(), Error> {
        if of.len() > WIDEST {
            return refuse(path, "must hold at most 32 conditions");
        }
        let mut each = of.iter().enumerate();
        each.try_for_each(|(at, one)| self.one(&format!("{items}[{at}]"), one, depth))
    }

    fn one(&mut self, path: &str, filter: &Filter, depth: usize) -> Result<(), Error> {
        self.conditions += 1;
        if self.conditions > MOST {
            return refuse("filter", "must hold at most 256 conditions in all");
        }
        if depth > DEEPEST {
            return refuse(path, "must be at most 8 levels deep");
        }
        match filter {
            Filter::All(of) => {
                self.group(&format!("{path}.all"), &format!("{path}.all.of"), of, depth + 1)
            }
            Filter::Any(of) => {
                self.group(&format!("{path}.any"), &format!("{path}.any.of"), of, depth + 1)
            }
            Filter::Not(not) => self.one(&format!("{path}.not"), not, depth + 1),
            Filter::Field { field, test } => {
                name(&format!("{path}.field"), field)?;
                self.test(&format!("{path}.{}", test.name()), test)
            }
        }
    }

    fn test(&mut self, path: &str, test: &Test) -> Result<(), Error> {
        match test {
            Test::Equals(value) | Test::NotEquals(value) => {
                value.as_ref().map_or(Ok(()), |value| scalar(path, value))
            }
            Test::In(values) | Test::ContainsAny(values) | Test::ContainsAll(values) => {
                self.list(path, values)
            }
            Test::Range(range) => self::range(path, range),
            Test::Exists(_) => Ok(()),
            Test::Prefix(text) if text.len() > LONGEST_PREFIX => {
                refuse(path, "must be at most 200 bytes")
            }
            Test::Matches(text) if text.len() > LONGEST_TEXT => {
                refuse(path, "must be at most 4000 bytes")
            }
            Test::Prefix(text) | Test::Matches(text) => no_nul(path, text),
        }
    }

    fn list(&mut self, path: &str, values: &[Scalar]) -> Result<(), Error> {
        if values.len() > LONGEST_LIST {
            return refuse(path, "must hold at most 1000 values");
        }
        self.values += values.len();
        if self.values > MOST_VALUES {
            return refuse("filter", "must hold at most 4000 values in all its lists");
        }
        let mut each = values.iter().enumerate();
        each.try_for_each(|(at, value)| scalar(&format!("{path}[{at}]"), value))
    }
}

impl Test {
    /// What it is called in a request.
    fn name(&self) -> &'static str {
        match self {
            Self::Equals(_) => "equals",
            Self::NotEquals(_) => "not_equals",
            Self::In(_) => "in",
            Self::Range(_) => "range",
            Self::Exists(_) => "exists",
            Self::Prefix(_) => "prefix",
            Self::ContainsAny(_) => "contains_any",
            Self::ContainsAll(_) => "contains_all",
            Self::Matches(_) => "matches",
        }
    }
}

fn name(path: &str, field: &str) -> Result<(), Error> {
    match field {
        "" => refuse(path, "must name a member of the metadata"),
        _ => no_nul(path, field),
    }
}

fn scalar(path: &str, value: &Scalar) -> Result<(), Error> {
    match value {
        Scalar::Number(number) if !number.is_finite() => refuse(path, "must be a finite number"),
        Scalar::Text(text) => no_nul(path, text),
        Scalar::Null | Scalar::Bool(_) | Scalar::Number(_) => Ok(()),
    }
}

fn range(path: &str, range: &Range) -> Result<(), Error> {
    let mut first = None;
    for (name, _, bound) in range.bounds() {
        let path = format!("{path}.{name}");
        scalar(&path, bound)?;
        let Some(bound) = Bound::of(bound) else {
            return refuse(
                path,
                "must be a number, or a date such as 2024-05-01 or 2024-05-01T10:00:00Z",
            );
        };
        let kind = std::mem::discriminant(&bound);
        if *first.get_or_insert(kind) != kind {
            return refuse(
                path,
                "must be of the same kind as the other bounds: all numbers or all dates",
            );
        }
    }
    match first {
        Some(_) => Ok(()),
        None => refuse(path, "must have a bound: gt, gte, lt or lte"),
    }
}

fn no_nul(path: &str, text: &str) -> Result<(), Error> {
    match text.contains('\0') {
        true => refuse(path, "must not contain a NUL character"),
        false => Ok(()),
    }
}

fn refuse(path: impl Into<String>, rule: &'static str) -> Result<(), Error> {
    Err(Error::InvalidFilter { path: path.into(), rule })
}
