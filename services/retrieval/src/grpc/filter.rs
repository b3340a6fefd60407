//! A filter as the wire has it. How deep it is was bounded where it was read.

use prost_types::value::Kind;
use prost_types::{ListValue, Value};
use proto::retrieval as pb;
use proto::retrieval::condition::Test as Asked;

use crate::Error;
use crate::metadata::Scalar;
use crate::search::{Filter, Range, Test};

const SCALAR: &str = "must be a string, a number, a boolean or null";

/// What must hold of a document.
pub(super) fn filter(filter: pb::Filter) -> Result<Filter, Error> {
    group("filter.all", filter.all).map(Filter::All)
}

/// The same, where nothing else may say which documents are meant.
pub(super) fn alone(filter: pb::Filter, document_ids: &[String]) -> Result<Filter, Error> {
    match document_ids {
        [] => self::filter(filter),
        [..] => refuse("filter", "must not stand beside document_ids: give one of the two"),
    }
}

fn group(path: &str, conditions: Vec<pb::Condition>) -> Result<Vec<Filter>, Error> {
    let each = conditions.into_iter().enumerate();
    each.map(|(at, one)| condition(&format!("{path}[{at}]"), one)).collect()
}

fn condition(path: &str, condition: pb::Condition) -> Result<Filter, Error> {
    let pb::Condition { field, test: asked } = condition;
    let nested = match asked {
        None => return refuse(path, "must have a test, such as equals"),
        Some(Asked::All(all)) => group(&format!("{path}.all.of"), all.of).map(Filter::All),
        Some(Asked::Any(any)) => group(&format!("{path}.any.of"), any.of).map(Filter::Any),
        Some(Asked::Not(not)) => {
            self::condition(&format!("{path}.not"), *not).map(|one| Filter::Not(Box::new(one)))
        }
        Some(asked) => return Ok(Filter::Field { field, test: test(path, asked)? }),
    };
    match field.is_empty() {
        true => nested,
        false => refuse(&format!("{path}.field"), "must be empty with any, all and not"),
    }
}

fn test(path: &str, asked: Asked) -> Result<Test, Error> {
    let at = |name: &str| format!("{path}.{name}");
    match asked {
        Asked::Equals(value) => scalar(&at("equals"), value).map(Test::Equals),
        Asked::NotEquals(value) => scalar(&at("not_equals"), value).map(Test::NotEquals),
        Asked::In(list) => scalars(&at("in"), list).map(Test::In),
        Asked::Range(range) => self::range(&at("range"), range).map(Test::Range),
        Asked::Exists(exists) => Ok(Test::Exists(exists)),
        Asked::Prefix(prefix) => Ok(Test::Prefix(prefix)),
        Asked::ContainsAny(list) => scalars(&at("contains_any"), list).map(Test::ContainsAny),
        Asked::ContainsAll(list) => scalars(&at("contains_all"), list).map(Test::ContainsAll),
        Asked::Matches(text) => Ok(Test::Matches(text)),
        Asked::Any(_) | Asked::All(_) | Asked::Not(_) => {
            refuse(path, "must have a test, such as equals")
        }
    }
}

fn range(path: &str, range: pb::Range) -> Result<Range, Error> {
    let bound = |name: &str, value: Option<Value>| match value {
        None => Ok(None),
        Some(value) => match scalar(&format!("{path}.{name}"), value)? {
            None => refuse(&format!("{path}.{name}"), "must be a number or a date"),
            bound => Ok(bound),
        },
    };
    let pb::Range { gt, gte, lt, lte } = range;
    Ok(Range {
        gt: bound("gt", gt)?,
        gte: bound("gte", gte)?,
        lt: bound("lt", lt)?,
        lte: bound("lte", lte)?,
    })
}

fn scalars(path: &str, list: ListValue) -> Result<Vec<Scalar>, Error> {
    let each = list.values.into_iter().enumerate();
    let read = |(at, value)| {
        let path = format!("{path}[{at}]");
        scalar(&path, value)?.map_or_else(|| refuse(&path, SCALAR), Ok)
    };
    each.map(read).collect()
}

/// `None` is a list or an object.
fn scalar(path: &str, value: Value) -> Result<Option<Scalar>, Error> {
    match value.kind {
        Some(Kind::NullValue(_)) => Ok(Some(Scalar::Null)),
        Some(Kind::BoolValue(value)) => Ok(Some(Scalar::Bool(value))),
        Some(Kind::NumberValue(value)) => Ok(Some(Scalar::Number(value))),
        Some(Kind::StringValue(value)) => Ok(Some(Scalar::Text(value))),
        Some(Kind::ListValue(_) | Kind::StructValue(_)) => Ok(None),
        None => refuse(path, SCALAR),
    }
}

fn refuse<T>(path: &str, rule: &'static str) -> Result<T, Error> {
    Err(Error::InvalidFilter { path: path.to_owned(), rule })
}
