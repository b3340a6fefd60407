mod value;

use serde_json::{Map, Value};

use crate::json::filter::value::{bound, is_bound, place, scalar, test};
use crate::retrieval as pb;
use crate::retrieval::condition::Test;

/// The most conditions of one object or list.
const WIDEST: usize = 32;
/// The most conditions in all.
const MOST: usize = 256;
/// How deep conditions may lie in each other.
const DEEPEST: usize = 8;
const FIELD: &str =
    "must be a text, a number, true, false, null or an object of operators such as $gte";
const GROUPS: &str = "is no operator; beside members of the metadata there are $and, $or and $not";
const DEEP: &str = "must be at most 8 levels deep";
const WIDE: &str = "must hold at most 32 conditions";

/// A filter as people write it: `{"year": {"$gte": 2020}, "$or": [{"kind": "book"}, {"draft": false}]}`.
///
/// A member of the object is a member of the metadata, or a path to one, with the value that it must
/// equal or with an object of operators; `$and`, `$or` and `$not` hold further such objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(pb::Filter);

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterFault {
    /// Where, from `filter` on.
    pub path: String,
    /// What it must be instead.
    pub rule: &'static str,
}

impl Filter {
    /// Reads a filter; how large and how deep it is, is checked before anything is made of it.
    ///
    /// # Errors
    ///
    /// The first part that is none of a filter.
    pub fn read(object: &Map<String, Value>) -> Result<Self, FilterFault> {
        let all = Reader::default().object("filter", object, 1)?;
        Ok(Self(pb::Filter { all }))
    }
}

impl From<Filter> for pb::Filter {
    fn from(filter: Filter) -> Self {
        filter.0
    }
}

/// Counts what was read so far.
#[derive(Default)]
struct Reader {
    conditions: usize,
}

type Read<T> = Result<T, FilterFault>;

impl Reader {
    /// The conditions of an object, each of which must hold; they lie so deep.
    fn object(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        depth: usize,
    ) -> Read<Vec<pb::Condition>> {
        check(path, depth <= DEEPEST, DEEP)?;
        let mut all = Vec::new();
        for (name, value) in object {
            let path = format!("{path}.{name}");
            match name.as_str() {
                "$and" => all.push(of_none(Test::All(self.group(&path, value, depth)?))),
                "$or" => all.push(of_none(Test::Any(self.group(&path, value, depth)?))),
                "$not" => {
                    let not = self.item(&path, value, depth)?;
                    all.push(of_none(Test::Not(Box::new(not))));
                }
                operator if operator.starts_with('$') => return refuse(path, GROUPS),
                field => all.extend(self.field(&path, field, value, depth)?),
            }
        }
        self.counted(path, all)
    }

    fn group(&mut self, path: &str, value: &Value, depth: usize) -> Read<pb::Group> {
        let Some(items) = value.as_array().filter(|items| !items.is_empty()) else {
            return refuse(path, "must be a list of objects, at least one");
        };
        check(path, items.len() <= WIDEST, WIDE)?;
        let each = items.iter().enumerate();
        let of = each.map(|(at, item)| self.item(&format!("{path}[{at}]"), item, depth));
        Ok(pb::Group { of: of.collect::<Read<_>>()? })
    }

    /// An object in a condition that lies so deep, as one condition.
    fn item(&mut self, path: &str, value: &Value, depth: usize) -> Read<pb::Condition> {
        let Value::Object(object) = value else { return refuse(path, "must be an object") };
        let several = conditions(object) != 1;
        self.object(path, object, depth + 1 + usize::from(several)).map(one)
    }

    /// What must hold of a member.
    fn field(
        &mut self,
        path: &str,
        field: &str,
        value: &Value,
        depth: usize,
    ) -> Read<Vec<pb::Condition>> {
        check(path, depth <= DEEPEST, DEEP)?;
        let Value::Object(operators) = value else {
            let value = scalar(value).map_err(|rule| fault(path, rule.unwrap_or(FIELD)))?;
            return self.counted(path, vec![of(field, Test::Equals(value))]);
        };
        check(path, !operators.is_empty(), FIELD)?;
        let (mut all, mut range) = (Vec::new(), None);
        for (operator, value) in operators {
            let path = format!("{path}.{operator}");
            match operator.as_str() {
                "$not" => {
                    let not = self.not(&path, field, value, depth)?;
                    all.push(of_none(Test::Not(Box::new(not))));
                }
                side if is_bound(side) => {
                    let range = range.get_or_insert_with(pb::Range::default);
                    *place(range, side) = Some(bound(&path, value)?);
                }
                operator => all.push(test(&path, field, operator, value)?),
            }
        }
        all.extend(range.map(|range| of(field, Test::Range(range))));
        self.counted(path, all)
    }

    /// What must not hold of a member, as one condition.
    fn not(&mut self, path: &str, field: &str, value: &Value, depth: usize) -> Read<pb::Condition> {
        let Value::Object(operators) = value else {
            return refuse(path, "must be an object of operators");
        };
        let several = tests(operators) != 1;
        self.field(path, field, value, depth + 1 + usize::from(several)).map(one)
    }

    fn counted(&mut self, path: &str, all: Vec<pb::Condition>) -> Read<Vec<pb::Condition>> {
        check(path, all.len() <= WIDEST, WIDE)?;
        self.conditions += all.len();
        check("filter", self.conditions <= MOST, "must hold at most 256 conditions in all")?;
        Ok(all)
    }
}

/// How many conditions an object becomes.
fn conditions(object: &Map<String, Value>) -> usize {
    let each = object.iter().map(|(name, value)| match value {
        Value::Object(operators) if !name.starts_with('$') => tests(operators),
        Value::Object(_)
        | Value::Array(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_) => 1,
    });
    each.sum()
}

/// How many conditions an object of operators becomes: bounds are one.
fn tests(operators: &Map<String, Value>) -> usize {
    let bounds = operators.keys().filter(|name| is_bound(name)).count();
    operators.len() - bounds + usize::from(bounds > 0)
}

fn of(field: &str, test: Test) -> pb::Condition {
    pb::Condition { field: field.to_owned(), test: Some(test) }
}

/// A condition on other conditions.
fn of_none(test: Test) -> pb::Condition {
    of("", test)
}

/// Conditions that must all hold, as one.
fn one(mut all: Vec<pb::Condition>) -> pb::Condition {
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            all.extend(last);
            of_none(Test::All(pb::Group { of: all }))
        }
    }
}

fn check(path: &str, holds: bool, rule: &'static str) -> Read<()> {
    if holds { Ok(()) } else { Err(fault(path, rule)) }
}

fn refuse<T>(path: impl AsRef<str>, rule: &'static str) -> Read<T> {
    Err(fault(path.as_ref(), rule))
}

fn fault(path: &str, rule: &'static str) -> FilterFault {
    FilterFault { path: path.to_owned(), rule }
}
