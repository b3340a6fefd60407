//! The same question, asked of one document's metadata: where a store cannot ask it of many.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::filter::{Bound, Filter, Range, Side, Test};
use crate::metadata::{Scalar, member};
use crate::words::split;

impl Filter {
    /// Whether it holds of a document with this metadata.
    pub fn holds(&self, metadata: &Map<String, Value>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(metadata)),
            Self::Any(any) => any.iter().any(|one| one.holds(metadata)),
            Self::Not(not) => !not.holds(metadata),
            Self::Field { field, test } => test.holds(member(metadata, field)),
        }
    }
}

impl Test {
    fn holds(&self, value: Option<&Value>) -> bool {
        let scalar = value.and_then(Scalar::of);
        let items = value.and_then(Value::as_array);
        let holds_item = |items: &[Value], wanted: &Scalar| {
            items.iter().any(|item| Scalar::of(item).is_some_and(|item| item == *wanted))
        };
        match self {
            Self::Equals(wanted) => scalar.is_some() && scalar == *wanted,
            Self::NotEquals(wanted) => scalar.is_none() || scalar != *wanted,
            Self::In(wanted) => scalar.is_some_and(|scalar| wanted.contains(&scalar)),
            Self::Range(range) => {
                scalar.and_then(|scalar| Bound::of(&scalar)).is_some_and(|value| range.has(value))
            }
            Self::Exists(exists) => value.is_some() == *exists,
            Self::Prefix(prefix) => {
                value.and_then(Value::as_str).is_some_and(|text| text.starts_with(prefix))
            }
            Self::ContainsAny(wanted) => {
                items.is_some_and(|items| wanted.iter().any(|wanted| holds_item(items, wanted)))
            }
            Self::ContainsAll(wanted) => {
                items.is_some_and(|items| wanted.iter().all(|wanted| holds_item(items, wanted)))
            }
            Self::Matches(text) => {
                value.and_then(Value::as_str).is_some_and(|value| matches(value, text))
            }
        }
    }
}

impl Range {
    fn has(&self, value: Bound) -> bool {
        self.bounds().all(|(_, side, bound)| {
            let order = Bound::of(bound).and_then(|bound| value.order(bound));
            order.is_some_and(|order| match side {
                Side::Above => order.is_gt(),
                Side::From => order.is_ge(),
                Side::Below => order.is_lt(),
                Side::UpTo => order.is_le(),
            })
        })
    }
}

fn matches(text: &str, wanted: &str) -> bool {
    let words: HashSet<String> = split(text).into_iter().collect();
    let wanted = split(wanted);
    !wanted.is_empty() && wanted.iter().all(|word| words.contains(word))
}
