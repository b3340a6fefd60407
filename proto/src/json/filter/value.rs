//! The operators of one member, and their values.

use prost_types::value::Kind;
use prost_types::{ListValue, Value as Wire};
use serde_json::Value;

use crate::json::filter::{Read, check, fault, of, of_none, refuse};
use crate::retrieval as pb;
use crate::retrieval::condition::Test;

/// The most values of one list.
const LONGEST_LIST: usize = 1000;

const SCALAR: &str = "must be a text, a number, true, false or null";
const OPERATORS: &str = "is no operator; there are $eq, $ne, $in, $nin, $gt, $gte, $lt, $lte, $exists, $prefix, $contains_any, $contains_all, $matches and $not, and a member of a member is named by its path, such as customer.city";

/// One operator of a member, other than a bound and `$not`.
pub(super) fn test(path: &str, field: &str, operator: &str, value: &Value) -> Read<pb::Condition> {
    let scalar = || scalar(value).map_err(|rule| fault(path, rule.unwrap_or(SCALAR)));
    let test = match operator {
        "$eq" => Test::Equals(scalar()?),
        "$ne" => Test::NotEquals(scalar()?),
        "$in" => Test::In(list(path, value)?),
        "$nin" => Test::Not(Box::new(of(field, Test::In(list(path, value)?)))),
        "$exists" => match value.as_bool() {
            Some(exists) => Test::Exists(exists),
            None => return refuse(path, "must be true or false"),
        },
        "$prefix" => Test::Prefix(text(path, value)?),
        "$contains_any" => Test::ContainsAny(list(path, value)?),
        "$contains_all" => Test::ContainsAll(list(path, value)?),
        "$matches" => Test::Matches(text(path, value)?),
        _ => return refuse(path, OPERATORS),
    };
    Ok(if operator == "$nin" { of_none(test) } else { of(field, test) })
}

/// Whether it is an end of a range.
pub(super) fn is_bound(operator: &str) -> bool {
    matches!(operator, "$gt" | "$gte" | "$lt" | "$lte")
}

pub(super) fn place<'r>(range: &'r mut pb::Range, side: &str) -> &'r mut Option<Wire> {
    match side {
        "$gt" => &mut range.gt,
        "$gte" => &mut range.gte,
        "$lt" => &mut range.lt,
        _ => &mut range.lte,
    }
}

pub(super) fn bound(path: &str, value: &Value) -> Read<Wire> {
    const RULE: &str = "must be a number, or a date such as 2024-05-01 or 2024-05-01T10:00:00Z";
    match value {
        Value::Number(_) | Value::String(_) => {
            scalar(value).map_err(|rule| fault(path, rule.unwrap_or(RULE)))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => refuse(path, RULE),
    }
}

fn text(path: &str, value: &Value) -> Read<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| fault(path, "must be a text"))
}

fn list(path: &str, value: &Value) -> Read<ListValue> {
    let Value::Array(items) = value else { return refuse(path, "must be a list") };
    check(path, items.len() <= LONGEST_LIST, "must hold at most 1000 values")?;
    let each = items.iter().enumerate().map(|(at, item)| {
        scalar(item).map_err(|rule| fault(&format!("{path}[{at}]"), rule.unwrap_or(SCALAR)))
    });
    Ok(ListValue { values: each.collect::<Read<_>>()? })
}

/// A value as the wire has it; a list and an object are refused by whoever asks.
pub(super) fn scalar(value: &Value) -> Result<Wire, Option<&'static str>> {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(value) => Kind::BoolValue(*value),
        Value::String(text) => Kind::StringValue(text.clone()),
        Value::Number(number) => match exact(number) {
            Some(number) => Kind::NumberValue(number),
            None => return Err(Some("is too large a number to be compared exactly")),
        },
        Value::Array(_) | Value::Object(_) => return Err(None),
    };
    Ok(Wire { kind: Some(kind) })
}

/// The number as the wire carries it, where that is the same number.
fn exact(number: &serde_json::Number) -> Option<f64> {
    const LARGEST: u64 = 1 << 53;
    let is_exact = match (number.as_i64(), number.as_u64()) {
        (Some(whole), _) => whole.unsigned_abs() <= LARGEST,
        (None, Some(_)) => false,
        (None, None) => true,
    };
    number.as_f64().filter(|_| is_exact)
}
