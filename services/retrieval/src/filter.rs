//! What must hold of a document's metadata, as a tree.
//!
//! A field is a top-level member, or a path through objects (`customer.city`). A member whose own
//! name has that dot goes first; below the top level such a name cannot be reached.
//!
//! - Values are equal where type and value are: `1` equals `1.0` and not `"1"`. Text is compared as
//!   it is written, numbers as doubles.
//! - A list or an object equals nothing. What a list holds is asked by `contains_any` and
//!   `contains_all`, which hold of nothing but lists; of an object one asks by a path.
//! - Of a member that is missing no test holds but `not_equals` and `exists = false`. One that is
//!   null is there.
//! - A range of numbers holds of numbers, a range of dates of texts that are dates of RFC 3339.
//!   Dates are compared as instants: a date alone is its midnight, and without an offset it is in UTC.
//! - `matches` holds of a text that has every word of another, in any case, with or without accents.
//!   One without words matches nothing.

mod check;
mod evaluate;
mod instant;

use std::cmp::Ordering;

pub(crate) use crate::filter::instant::instant;
use crate::metadata::Scalar;

/// What must hold of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Each of these; of none, every document.
    All(Vec<Filter>),
    /// At least one of these; of none, no document.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A test of one field.
    Field {
        /// A member of the metadata, or a path to one.
        field: String,
        /// What must hold of it.
        test: Test,
    },
}

/// What must hold of a member.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It is this; `None` is what nothing equals, such as a list.
    Equals(Option<Scalar>),
    /// It is not this, or it is missing.
    NotEquals(Option<Scalar>),
    /// It is one of these.
    In(Vec<Scalar>),
    /// It is a number, or a date, between bounds.
    Range(Range),
    /// Whether there is such a member.
    Exists(bool),
    /// It is a text that begins so.
    Prefix(String),
    /// It is a list that holds one of these, at least.
    ContainsAny(Vec<Scalar>),
    /// It is a list that holds each of these.
    ContainsAll(Vec<Scalar>),
    /// It is a text that has each word of this one.
    Matches(String),
}

/// Bounds, all of them numbers or all of them dates; each that is there must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Range {
    /// More than this.
    pub gt: Option<Scalar>,
    /// This or more.
    pub gte: Option<Scalar>,
    /// Less than this.
    pub lt: Option<Scalar>,
    /// This or less.
    pub lte: Option<Scalar>,
}

/// A bound of a range, or what is held against one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    Number(f64),
    /// In microseconds since 1970.
    Instant(i64),
}

/// On which side of a bound a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Above,
    From,
    Below,
    UpTo,
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Filter {
    /// The same for every document, whatever it is; `None` where that depends on the document.
    pub(crate) fn constant(&self) -> Option<bool> {
        match self {
            Self::All(all) => constant(all, false),
            Self::Any(any) => constant(any, true),
            Self::Not(not) => not.constant().map(|holds| !holds),
            Self::Field { test, .. } => match test {
                Test::Equals(None) => Some(false),
                Test::NotEquals(None) => Some(true),
                Test::In(values) | Test::ContainsAny(values) if values.is_empty() => Some(false),
                Test::Equals(_)
                | Test::NotEquals(_)
                | Test::In(_)
                | Test::Range(_)
                | Test::Exists(_)
                | Test::Prefix(_)
                | Test::ContainsAny(_)
                | Test::ContainsAll(_)
                | Test::Matches(_) => None,
            },
        }
    }

    /// The fields that it asks for, each once.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let mut fields = Vec::new();
        self.name(&mut fields);
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    fn name<'f>(&'f self, into: &mut Vec<&'f str>) {
        match self {
            Self::All(of) | Self::Any(of) => of.iter().for_each(|one| one.name(into)),
            Self::Not(not) => not.name(into),
            Self::Field { field, .. } => into.push(field),
        }
    }
}

/// One that is `deciding` decides; where all are the other, so is the whole.
fn constant(of: &[Filter], deciding: bool) -> Option<bool> {
    let mut whole = Some(!deciding);
    for one in of {
        match one.constant() {
            Some(value) if value == deciding => return Some(deciding),
            Some(_) => {}
            None => whole = None,
        }
    }
    whole
}

impl Range {
    /// The bounds that are there, with the names of their members.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = (&'static str, Side, &Scalar)> {
        let Self { gt, gte, lt, lte } = self;
        let all = [
            ("gt", Side::Above, gt),
            ("gte", Side::From, gte),
            ("lt", Side::Below, lt),
            ("lte", Side::UpTo, lte),
        ];
        all.into_iter().filter_map(|(name, side, bound)| Some((name, side, bound.as_ref()?)))
    }
}

impl Bound {
    /// A number, or a text that is a date.
    pub(crate) fn of(scalar: &Scalar) -> Option<Self> {
        match scalar {
            Scalar::Number(number) => Some(Self::Number(*number)),
            Scalar::Text(text) => instant(text).map(Self::Instant),
            Scalar::Null | Scalar::Bool(_) => None,
        }
    }

    /// How two compare; a number and a date do not.
    fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.partial_cmp(&other),
            (Self::Instant(one), Self::Instant(other)) => Some(one.cmp(&other)),
            (Self::Number(_), Self::Instant(_)) | (Self::Instant(_), Self::Number(_)) => None,
        }
    }
}
