//! What each filter leaves of some documents: the same rows for every store.

use retrieval::search::{Filter, Range, Scalar, Test};
use serde_json::{Value, json};

/// Documents and their metadata.
pub(crate) fn documents() -> Vec<(&'static str, Value)> {
    vec![
        ("bare", json!({})),
        (
            "book",
            json!({
                "year": 2021, "kind": "book", "tags": ["rust", "web"], "published": "2021-05-04",
                "title": "Zürich by the Lake: a guide", "customer": { "city": "Zürich", "size": { "staff": 12 } }
            }),
        ),
        (
            "paper",
            json!({
                "year": 2021.0, "kind": "paper", "tags": ["rust"], "published": "2021-05-04T00:30:00+02:00",
                "title": "Guides for C++ and lakes", "customer": { "city": "Basel", "size": { "staff": 250 } }, "draft": true
            }),
        ),
        (
            "note",
            json!({
                "year": "2021", "kind": "note", "tags": "rust", "published": "2023-12-31T23:59:59.25Z",
                "title": "ZURICH", "customer": { "city": null }, "draft": false
            }),
        ),
        (
            "old",
            json!({
                "year": -3, "kind": "notebook", "tags": [], "published": "in May", "customer": "nobody",
                "customer.city": "Chur", "draft": null
            }),
        ),
        (
            "list",
            json!({
                "year": [2021], "kind": ["book"], "tags": [1, null, true, "1", ["rust"], { "rust": 1 }],
                "published": "2023-02-29", "title": ["guide"]
            }),
        ),
        (
            "east",
            json!({ "title": "東京の本屋", "kind": "it's 100% \\ \"so\"", "year": 1e300, "tags": ["a", "b", "c"] }),
        ),
    ]
}

/// Filters, and the documents that each leaves, in the order of their ids.
pub(crate) fn rows() -> Vec<(Filter, &'static [&'static str])> {
    let mut rows = values();
    rows.extend(ranges());
    rows.extend(texts());
    rows.extend(lists());
    rows.extend(groups());
    rows
}

fn values() -> Vec<(Filter, &'static [&'static str])> {
    vec![
        (Filter::default(), &["bare", "book", "east", "list", "note", "old", "paper"]),
        (equals("year", 2021), &["book", "paper"]),
        (equals("year", "2021"), &["note"]),
        (equals("draft", true), &["paper"]),
        (equals("draft", json!(null)), &["old"]),
        (equals("kind", "it's 100% \\ \"so\""), &["east"]),
        (equals("kind", "Book"), &[]),
        (equals("missing", json!(null)), &[]),
        (field("year", Test::Equals(None)), &[]),
        (
            field("year", Test::NotEquals(None)),
            &["bare", "book", "east", "list", "note", "old", "paper"],
        ),
        (
            field("year", Test::NotEquals(Some(scalar(2021)))),
            &["bare", "east", "list", "note", "old"],
        ),
        (field("kind", Test::In(scalars(["book", "note", "none"]))), &["book", "note"]),
        (field("draft", Test::In(scalars([json!(true), json!(null)]))), &["old", "paper"]),
        (field("kind", Test::In(vec![])), &[]),
        (field("draft", Test::Exists(true)), &["note", "old", "paper"]),
        (field("draft", Test::Exists(false)), &["bare", "book", "east", "list"]),
        (field("customer", Test::Exists(true)), &["book", "note", "old", "paper"]),
        (field("tags", Test::Exists(true)), &["book", "east", "list", "note", "old", "paper"]),
        (equals("customer.city", "Zürich"), &["book"]),
        (equals("customer.city", "Chur"), &["old"]),
        (equals("customer.city", json!(null)), &["note"]),
        (field("customer.city", Test::Exists(false)), &["bare", "east", "list"]),
        (equals("customer.size.staff", 12), &["book"]),
        (field("customer.size.staff.more", Test::Exists(true)), &[]),
        (field("tags.0", Test::Exists(true)), &[]),
    ]
}

fn ranges() -> Vec<(Filter, &'static [&'static str])> {
    let range = |name: &str, range| field(name, Test::Range(range));
    let bound = |value: Value| Some(scalar(value));
    vec![
        (
            range("year", Range { gte: bound(json!(2021)), ..Range::default() }),
            &["book", "east", "paper"],
        ),
        (range("year", Range { gt: bound(json!(2021)), ..Range::default() }), &["east"]),
        (range("year", Range { lt: bound(json!(2021)), ..Range::default() }), &["old"]),
        (
            range(
                "year",
                Range { lte: bound(json!(2021)), gt: bound(json!(-3)), ..Range::default() },
            ),
            &["book", "paper"],
        ),
        (
            range(
                "year",
                Range { gt: bound(json!(2020.5)), lt: bound(json!(2021.5)), ..Range::default() },
            ),
            &["book", "paper"],
        ),
        (
            range("year", Range { gt: bound(json!(3)), lt: bound(json!(2)), ..Range::default() }),
            &[],
        ),
        (range("year", Range { gte: bound(json!("2000-01-01")), ..Range::default() }), &[]),
        (
            range("published", Range { lt: bound(json!("2021-05-04")), ..Range::default() }),
            &["paper"],
        ),
        (
            range("published", Range { lte: bound(json!("2021-05-04")), ..Range::default() }),
            &["book", "paper"],
        ),
        (
            range(
                "published",
                Range { gt: bound(json!("2023-12-31T23:59:59.2Z")), ..Range::default() },
            ),
            &["note"],
        ),
        (
            range(
                "published",
                Range {
                    gte: bound(json!("2021-05-03T22:30:00Z")),
                    lt: bound(json!("2021-05-03T22:30:00.000001Z")),
                    ..Range::default()
                },
            ),
            &["paper"],
        ),
        (range("published", Range { gte: bound(json!(0)), ..Range::default() }), &[]),
    ]
}

fn texts() -> Vec<(Filter, &'static [&'static str])> {
    let prefix = |name: &str, text: &str| field(name, Test::Prefix(text.to_owned()));
    let matches = |text: &str| field("title", Test::Matches(text.to_owned()));
    vec![
        (prefix("kind", "note"), &["note", "old"]),
        (prefix("kind", "it's 100%"), &["east"]),
        (prefix("kind", "N"), &[]),
        (prefix("kind", ""), &["book", "east", "note", "old", "paper"]),
        (prefix("published", "2023-"), &["list", "note"]),
        (prefix("year", "2"), &["note"]),
        (prefix("customer.city", "Z"), &["book"]),
        (matches("zurich"), &["book", "note"]),
        (matches("GUIDE lake"), &["book"]),
        (matches("guide"), &["book"]),
        (matches("c++"), &["paper"]),
        (matches("c"), &[]),
        (matches("東京"), &["east"]),
        (matches(" ?! "), &[]),
        (matches("%' or 1=1 --"), &[]),
    ]
}

fn lists() -> Vec<(Filter, &'static [&'static str])> {
    let any = |values: Vec<Scalar>| field("tags", Test::ContainsAny(values));
    let all = |values: Vec<Scalar>| field("tags", Test::ContainsAll(values));
    vec![
        (any(scalars(["rust"])), &["book", "paper"]),
        (any(scalars(["web", "c"])), &["book", "east"]),
        (any(scalars([1])), &["list"]),
        (any(scalars([json!(null)])), &["list"]),
        (any(scalars(["1"])), &["list"]),
        (any(vec![]), &[]),
        (all(scalars(["web", "rust", "web"])), &["book"]),
        (all(scalars([json!(true), json!(1)])), &["list"]),
        (all(scalars(["rust", "none"])), &[]),
        (all(vec![]), &["book", "east", "list", "old", "paper"]),
    ]
}

fn groups() -> Vec<(Filter, &'static [&'static str])> {
    let book = || equals("kind", "book");
    let year = || equals("year", 2021);
    let draft = || field("draft", Test::Exists(true));
    vec![
        (Filter::All(vec![year(), book()]), &["book"]),
        (Filter::All(vec![book(), equals("kind", "paper")]), &[]),
        (Filter::All(vec![year(), not(book())]), &["paper"]),
        (Filter::Any(vec![]), &[]),
        (Filter::Any(vec![book(), draft()]), &["book", "note", "old", "paper"]),
        (not(Filter::Any(vec![book(), draft()])), &["bare", "east", "list"]),
        (Filter::Any(vec![not(draft()), year()]), &["bare", "book", "east", "list", "paper"]),
        (not(Filter::All(vec![draft(), not(year())])), &["bare", "book", "east", "list", "paper"]),
        (not(not(not(draft()))), &["bare", "book", "east", "list"]),
        (Filter::All(vec![not(draft()), not(year())]), &["bare", "east", "list"]),
        (
            Filter::All(vec![
                Filter::Any(vec![year(), equals("draft", false)]),
                Filter::Any(vec![book(), equals("kind", "note")]),
                not(Filter::Any(vec![equals("year", "x"), equals("year", "2021")])),
            ]),
            &["book"],
        ),
        (Filter::All(vec![Filter::All(vec![]), year()]), &["book", "paper"]),
    ]
}

pub(crate) fn equals(name: &str, value: impl Into<Value>) -> Filter {
    field(name, Test::Equals(Some(scalar(value))))
}

pub(crate) fn field(name: &str, test: Test) -> Filter {
    Filter::Field { field: name.to_owned(), test }
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn scalars<T: Into<Value>, const N: usize>(values: [T; N]) -> Vec<Scalar> {
    values.into_iter().map(scalar).collect()
}

pub(crate) fn scalar(value: impl Into<Value>) -> Scalar {
    match value.into() {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Bool(value),
        Value::Number(value) => Scalar::Number(value.as_f64().unwrap()),
        Value::String(value) => Scalar::Text(value),
        other @ (Value::Array(_) | Value::Object(_)) => panic!("{other} is no scalar"),
    }
}
