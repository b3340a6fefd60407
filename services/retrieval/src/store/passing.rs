//! A filter as sets of documents: what both of our own stores make their statements of.
//!
//! A test is one range or some values of one field, which the key of the table of facts serves.
//! A set that is all but another one is never written out.

use crate::filter::{Bound, Filter, Range, Side, Test};
use crate::metadata::Key;
use crate::words::split;

/// Documents, by their facts.
#[derive(Debug, PartialEq)]
pub(super) enum Set {
    /// Those that have facts of this field with the values.
    Of { field: String, values: Values },
    /// Those that are in each of the first, of which there is at least one, and in none of the second.
    Common { of: Vec<Set>, without: Vec<Set> },
    /// Those that are in any of these, of which there are at least two.
    Union(Vec<Set>),
}

/// Values of facts.
#[derive(Debug, PartialEq)]
pub(super) enum Values {
    /// At least one of these.
    OneOf(Vec<String>),
    /// Each of these, of which no two are the same.
    EachOf(Vec<String>),
    /// From the first, up to the second without it.
    Within(String, String),
}

/// The documents that a filter leaves.
#[derive(Debug, PartialEq)]
pub(super) enum Passing {
    /// Those of this set; `None` is the empty one.
    Only(Option<Set>),
    /// All but those of this set.
    AllBut(Option<Set>),
}

/// Every value of a kind lies between its sign and the next character.
const ALL: (&str, &str) = ("", "~");
const NUMBERS: (&str, &str) = ("n:", "n;");
const INSTANTS: (&str, &str) = ("d:", "d;");
const TEXTS: (&str, &str) = ("s:", "s;");

impl Passing {
    /// The documents that this filter leaves.
    pub(super) fn of(filter: &Filter) -> Self {
        match filter {
            Filter::All(all) => Self::all(all.iter().map(Self::of)),
            Filter::Any(any) => Self::all(any.iter().map(|one| Self::of(one).not())).not(),
            Filter::Not(not) => Self::of(not).not(),
            Filter::Field { field, test } => Self::test(&Key::field(field), test),
        }
    }

    fn not(self) -> Self {
        match self {
            Self::Only(set) => Self::AllBut(set),
            Self::AllBut(set) => Self::Only(set),
        }
    }

    fn all(each: impl Iterator<Item = Self>) -> Self {
        let (mut of, mut without) = (Vec::new(), Vec::new());
        for one in each {
            match one {
                Self::Only(Some(set)) => of.push(set),
                Self::Only(None) => return Self::Only(None),
                Self::AllBut(set) => without.extend(set),
            }
        }
        match (of.len(), without.len()) {
            (0, _) => Self::AllBut(Set::union(without)),
            (1, 0) => Self::Only(of.pop()),
            _ => Self::Only(Some(Set::Common { of, without })),
        }
    }

    fn test(field: &str, test: &Test) -> Self {
        let one_of = |values| Self::only(field, Values::OneOf(values));
        let each_of = |mut values: Vec<String>| {
            values.sort();
            values.dedup();
            Self::only(field, Values::EachOf(values))
        };
        match test {
            Test::Equals(value) => one_of(value.iter().map(Key::scalar).collect()),
            Test::NotEquals(value) => one_of(value.iter().map(Key::scalar).collect()).not(),
            Test::In(values) => one_of(values.iter().map(Key::scalar).collect()),
            Test::Range(range) => Self::range(field, range),
            Test::Exists(true) => Self::within(field, ALL),
            Test::Exists(false) => Self::within(field, ALL).not(),
            Test::Prefix(prefix) => Self::begins(field, prefix),
            Test::ContainsAny(values) => one_of(values.iter().map(Key::item).collect()),
            Test::ContainsAll(values) => {
                each_of([Key::list()].into_iter().chain(values.iter().map(Key::item)).collect())
            }
            Test::Matches(text) => {
                each_of(split(text).iter().map(|word| Key::word(word)).collect())
            }
        }
    }

    fn only(field: &str, values: Values) -> Self {
        let is_empty = match &values {
            Values::OneOf(values) | Values::EachOf(values) => values.is_empty(),
            Values::Within(..) => false,
        };
        Self::Only((!is_empty).then(|| Set::Of { field: field.to_owned(), values }))
    }

    fn within(field: &str, (from, until): (&str, &str)) -> Self {
        Self::only(field, Values::Within(from.to_owned(), until.to_owned()))
    }

    fn begins(field: &str, prefix: &str) -> Self {
        let until = after(&format!("{}{prefix}", TEXTS.0)).unwrap_or_else(|| TEXTS.1.to_owned());
        Self::only(field, Values::Within(format!("{}{prefix}", TEXTS.0), until))
    }

    fn range(field: &str, range: &Range) -> Self {
        let mut span: Option<(String, String)> = None;
        for (_, side, bound) in range.bounds() {
            let Some(bound) = Bound::of(bound) else { return Self::Only(None) };
            let (from, until) = span.get_or_insert_with(|| {
                let (from, until) = match bound {
                    Bound::Number(_) => NUMBERS,
                    Bound::Instant(_) => INSTANTS,
                };
                (from.to_owned(), until.to_owned())
            });
            let key = Key::bound(bound);
            // Keys of a kind are equally long: nothing lies between one and itself with a sign behind.
            match side {
                Side::From => raise(from, key),
                Side::Above => raise(from, format!("{key}!")),
                Side::Below => lower(until, key),
                Side::UpTo => lower(until, format!("{key}!")),
            }
        }
        match span {
            Some((from, until)) => Self::within(field, (&from, &until)),
            None => Self::Only(None),
        }
    }
}

impl Set {
    fn union(mut sets: Vec<Self>) -> Option<Self> {
        match sets.len() {
            0 | 1 => sets.pop(),
            _ => Some(Self::Union(sets)),
        }
    }
}

fn raise(bound: &mut String, to: String) {
    if to > *bound {
        *bound = to;
    }
}

fn lower(bound: &mut String, to: String) {
    if to < *bound {
        *bound = to;
    }
}

/// The first text behind all that begin with this one.
fn after(text: &str) -> Option<String> {
    let mut characters: Vec<char> = text.chars().collect();
    while let Some(last) = characters.pop() {
        // No character has the numbers between these two.
        let next =
            if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(last as u32 + 1) };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exists(field: &str) -> Filter {
        Filter::Field { field: field.to_owned(), test: Test::Exists(true) }
    }

    fn set(field: &str) -> Set {
        let values = Values::Within(String::new(), "~".to_owned());
        Set::Of { field: field.to_owned(), values }
    }

    #[test]
    fn no_set_is_written_that_is_all_but_another() {
        let not = |filter| Filter::Not(Box::new(filter));
        let cases = [
            (Filter::All(vec![]), Passing::AllBut(None)),
            (Filter::Any(vec![]), Passing::Only(None)),
            (not(exists("a")), Passing::AllBut(Some(set("a")))),
            (
                Filter::All(vec![not(exists("a")), not(exists("b"))]),
                Passing::AllBut(Some(Set::Union(vec![set("a"), set("b")]))),
            ),
            (
                Filter::Any(vec![exists("a"), not(exists("b"))]),
                Passing::AllBut(Some(Set::Common { of: vec![set("b")], without: vec![set("a")] })),
            ),
            (Filter::All(vec![exists("a"), Filter::Any(vec![])]), Passing::Only(None)),
        ];
        for (filter, expected) in cases {
            assert_eq!(Passing::of(&filter), expected, "{filter:?}");
        }
    }

    #[test]
    fn what_begins_with_a_text_lies_before_the_next_one() {
        assert_eq!(after("ab"), Some("ac".to_owned()));
        assert_eq!(after("a\u{10ffff}"), Some("b".to_owned()));
        assert_eq!(after("\u{d7ff}"), Some("\u{e000}".to_owned()));
        assert_eq!(after("\u{10ffff}"), None);
    }
}
