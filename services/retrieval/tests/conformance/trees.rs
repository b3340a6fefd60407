//! Random filters over random documents: every store leaves those for which `Filter::holds`.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use retrieval::search::{Filter, Range, Scalar, Search, Test};
use serde_json::{Map, Value, json};

use crate::table;
use crate::world::{World, ids, search};

const DOCUMENTS: usize = 40;
const FILTERS: usize = 150;

pub(crate) async fn random_filters_leave_what_they_hold_of(world: &World) {
    let mut random = TestRunner::deterministic();
    let mut stored = Vec::new();
    for n in 0..DOCUMENTS {
        let metadata = metadata().new_tree(&mut random).unwrap().current();
        let id = format!("d{n:02}");
        world.put_with(&id, "A text.", &Value::from(metadata.clone()).to_string()).await;
        stored.push((id, metadata));
    }
    for _ in 0..FILTERS {
        let filter = filter().new_tree(&mut random).unwrap().current();
        let holds = stored.iter().filter(|(_, metadata)| filter.holds(metadata));
        let expected: Vec<_> = holds.map(|(id, _)| id.clone()).collect();
        let asked = Search { filter: filter.clone(), limit: 200, ..search("text") };
        let mut left = ids(&world.find(asked).await);
        left.sort();
        assert_eq!(left, expected, "{filter:?}");
    }
}

fn metadata() -> impl Strategy<Value = Map<String, Value>> {
    vec((field_name(), value()), 0..5).prop_map(|members| {
        let mut metadata = Map::new();
        for (name, value) in members {
            metadata.insert(name, value);
        }
        metadata
    })
}

/// Few names, so that filters meet them; the last two are one member's own name and a path.
fn field_name() -> impl Strategy<Value = String> {
    prop_oneof!["[abc]", Just("a.b".to_owned()), Just("c.a".to_owned())]
}

fn plain() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..4).prop_map(Value::from),
        (-3i64..4).prop_map(|half| json!(half as f64 / 2.0)),
        prop::sample::select(vec![1e300, -1e300, 1e-300, -0.0, 9_007_199_254_740_991.0])
            .prop_map(|number| json!(number)),
        text().prop_map(Value::from),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "a",
        "b",
        "A b",
        "b à",
        "a  B c",
        "1",
        "true",
        "null",
        "é",
        "~",
        "n:",
        "\u{10ffff}",
        "東京の本",
        "2024-05-01",
        "2024-05-01T00:30:00+02:00",
        "2024-04-30T22:30:00Z",
        "2024-05",
        "x'y\"z\\%_",
    ])
    .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    plain().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[abc]", inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn scalar() -> impl Strategy<Value = Scalar> {
    plain().prop_map(table::scalar)
}

fn bounds() -> impl Strategy<Value = Range> {
    let numbers = (-3i64..4).prop_map(|number| Scalar::Number(number as f64)).boxed();
    let dates = prop::sample::select(vec![
        "2024-05-01",
        "2024-05-01T00:30:00+02:00",
        "2024-04-30T22:30:00Z",
        "2023-01-01",
    ])
    .prop_map(|date| Scalar::Text(date.to_owned()))
    .boxed();
    prop_oneof![Just(numbers), Just(dates)].prop_flat_map(|kind| {
        let bound = || prop::option::of(kind.clone());
        (bound(), bound(), bound(), kind.clone().prop_map(Some))
            .prop_map(|(gt, gte, lt, lte)| Range { gt, gte, lt, lte })
    })
}

fn test() -> impl Strategy<Value = Test> {
    let list = || vec(scalar(), 0..4);
    prop_oneof![
        prop::option::of(scalar()).prop_map(Test::Equals),
        prop::option::of(scalar()).prop_map(Test::NotEquals),
        list().prop_map(Test::In),
        bounds().prop_map(Test::Range),
        any::<bool>().prop_map(Test::Exists),
        text().prop_map(Test::Prefix),
        list().prop_map(Test::ContainsAny),
        list().prop_map(Test::ContainsAll),
        text().prop_map(Test::Matches),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let field = (field_name(), test()).prop_map(|(field, test)| Filter::Field { field, test });
    field.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Filter::All),
            vec(inner.clone(), 0..4).prop_map(Filter::Any),
            inner.prop_map(|one| Filter::Not(Box::new(one))),
        ]
    })
}
