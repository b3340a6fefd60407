use chassis::failure::Failure;
use retrieval::search::{Filter, Scalar, Search, Test};

use crate::table::{self, field};
use crate::world::{NOTES, World, ids, search, tenant};

fn text(text: &str) -> Scalar {
    Scalar::Text(text.to_owned())
}

fn condition(name: &str, equals: impl Into<Option<Scalar>>) -> Filter {
    field(name, Test::Equals(equals.into()))
}

async fn filtered(world: &World, filter: Vec<Filter>) -> Vec<String> {
    let filter = Filter::All(filter);
    let mut ids = ids(&world.find(Search { filter, limit: 200, ..search("text") }).await);
    ids.sort();
    ids
}

pub(crate) async fn every_filter_leaves_its_documents(world: &World) {
    for (id, metadata) in table::documents() {
        world.put_with(id, &format!("A text called {id}."), &metadata.to_string()).await;
    }
    for (filter, expected) in table::rows() {
        assert_eq!(filtered(world, vec![filter.clone()]).await, expected, "{filter:?}");
    }
}

pub(crate) async fn equality_is_of_json_values(world: &World) {
    let long = "x".repeat(20_000);
    let documents = [
        ("string", r#"{"k":"1"}"#.to_owned()),
        ("integer", r#"{"k":1}"#.to_owned()),
        ("float", r#"{"k":1.0,"other":"1"}"#.to_owned()),
        ("large", r#"{"k":1e300}"#.to_owned()),
        ("zero", r#"{"k":-0}"#.to_owned()),
        ("true", r#"{"k":true}"#.to_owned()),
        ("null", r#"{"k":null}"#.to_owned()),
        ("none", "{}".to_owned()),
        ("list", r#"{"k":["1",1]}"#.to_owned()),
        ("object", r#"{"k":{"k":1}}"#.to_owned()),
        ("long", format!(r#"{{"k":"{long}"}}"#)),
        ("twice", r#"{"k":7,"k":8}"#.to_owned()),
        ("quote", r#"{"k":"it's \"x\" \\ %"}"#.to_owned()),
        ("unicode", r#"{"k":"z\u00fcrich"}"#.to_owned()),
    ];
    for (id, metadata) in &documents {
        world.put_with(id, &format!("A text called {id}."), metadata).await;
    }
    world.put("bare", "A text without metadata.").await;
    let cases: Vec<(Scalar, &[&str])> = vec![
        (text("1"), &["string"]),
        (Scalar::Number(1.0), &["float", "integer"]),
        (Scalar::Number(1e300), &["large"]),
        (Scalar::Number(0.0), &["zero"]),
        (Scalar::Number(-0.0), &["zero"]),
        (Scalar::Bool(true), &["true"]),
        (Scalar::Bool(false), &[]),
        (text("true"), &[]),
        (Scalar::Null, &["null"]),
        (text("null"), &[]),
        (text(""), &[]),
        (text(&long), &["long"]),
        (Scalar::Number(7.0), &[]),
        (Scalar::Number(8.0), &["twice"]),
        (text("it's \"x\" \\ %"), &["quote"]),
        (text("zürich"), &["unicode"]),
        (text("Zürich"), &[]),
        (text("[\"1\",1]"), &[]),
        (text("' or 1=1 --"), &[]),
    ];
    for (equals, expected) in cases {
        assert_eq!(
            filtered(world, vec![condition("k", equals.clone())]).await,
            expected,
            "{equals:?}"
        );
    }
    assert_eq!(filtered(world, vec![condition("k", None)]).await, Vec::<String>::new());
    assert_eq!(filtered(world, vec![]).await.len(), documents.len() + 1);
}

pub(crate) async fn every_condition_must_hold(world: &World) {
    world.put_with("a", "The text.", r#"{"lang":"de","year":2024}"#).await;
    world.put_with("b", "The text.", r#"{"lang":"de","year":2025}"#).await;
    world.put_with("c", "The text.", r#"{"lang":"fr","year":2025}"#).await;
    let de = || condition("lang", text("de"));
    let year = || condition("year", Scalar::Number(2025.0));
    assert_eq!(filtered(world, vec![de()]).await, ["a", "b"]);
    assert_eq!(filtered(world, vec![de(), year()]).await, ["b"]);
    assert_eq!(filtered(world, vec![de(), year(), de()]).await, ["b"]);
    assert_eq!(
        filtered(world, vec![de(), condition("lang", text("fr"))]).await,
        Vec::<String>::new()
    );
    assert_eq!(filtered(world, vec![de(), condition("tags", None)]).await, Vec::<String>::new());
}

pub(crate) async fn fields_may_have_any_name(world: &World) {
    let long = "f".repeat(5000);
    let fields =
        ["a.b", "$", "$.k", "a\"b", "it's", "\\", "ü", " ", "[0]", "'; drop table fact; --", &long];
    for (at, field) in fields.iter().enumerate() {
        let metadata = serde_json::json!({ *field: at }).to_string();
        world.put_with(&format!("d{at:02}"), "The text.", &metadata).await;
    }
    for (at, field) in fields.iter().enumerate() {
        let found = filtered(world, vec![condition(field, Scalar::Number(at as f64))]).await;
        assert_eq!(found, [format!("d{at:02}")], "{field}");
    }
    assert_eq!(
        filtered(world, vec![condition("b", Scalar::Number(0.0))]).await,
        Vec::<String>::new()
    );
}

/// The filter works before the ranking is cut: no number of better texts hides the one that may answer.
pub(crate) async fn a_filter_finds_what_ranks_last(world: &World) {
    for n in 0..260 {
        world.put_with(&format!("d{n:03}"), "text text text", r#"{"kind":"common"}"#).await;
    }
    let buried = format!("text {}", "filler ".repeat(100));
    world.put_with("rare", &buried, r#"{"kind":"rare"}"#).await;
    assert_eq!(filtered(world, vec![condition("kind", text("rare"))]).await, ["rare"]);
}

pub(crate) async fn a_filter_sees_the_newest_version(world: &World) {
    world.put_with("a", "The text.", r#"{"state":"draft"}"#).await;
    world.put_with("a", "The text.", r#"{"state":"final"}"#).await;
    assert_eq!(
        filtered(world, vec![condition("state", text("draft"))]).await,
        Vec::<String>::new()
    );
    assert_eq!(filtered(world, vec![condition("state", text("final"))]).await, ["a"]);
}

pub(crate) async fn documents_that_pass_are_deleted(world: &World) {
    for (id, metadata) in table::documents() {
        world.put_with(id, &format!("A text called {id}."), &metadata.to_string()).await;
    }
    let delete = async |filter: Filter| {
        world
            .retriever
            .delete_passing(&tenant(), NOTES, &filter)
            .await
            .map_err(|error| error.reason())
    };
    let recent = condition("year", Scalar::Number(2021.0));
    assert_eq!(delete(recent.clone()).await, Ok(2));
    assert_eq!(filtered(world, vec![]).await, ["bare", "east", "list", "note", "old"]);
    assert_eq!(delete(recent).await, Ok(0));
    assert_eq!(delete(Filter::Not(Box::new(field("draft", Test::Exists(true))))).await, Ok(3));
    assert_eq!(filtered(world, vec![]).await, ["note", "old"]);
    let not_none = Filter::Not(Box::new(Filter::Any(vec![])));
    for everything in [Filter::default(), not_none, field("year", Test::NotEquals(None))] {
        assert_eq!(delete(everything).await, Err("INVALID_FILTER"));
    }
    assert_eq!(delete(field("", Test::Exists(true))).await, Err("INVALID_FILTER"));
    assert_eq!(world.retriever.collection(&tenant(), NOTES).await.unwrap().documents, 2);
    let other = world.retriever.delete_passing(&tenant(), "other", &Filter::Any(vec![])).await;
    assert_eq!(other.unwrap_err().reason(), "COLLECTION_NOT_FOUND");
}

/// More than one step takes.
pub(crate) async fn many_documents_that_pass_are_deleted(world: &World) {
    for n in 0..503 {
        let kind = if n % 250 == 0 { "kept" } else { "draft" };
        world.put_with(&format!("d{n:04}"), "A text.", &format!(r#"{{"kind":"{kind}"}}"#)).await;
    }
    let not_kept = Filter::Not(Box::new(condition("kind", text("kept"))));
    let deleted = world.retriever.delete_passing(&tenant(), NOTES, &not_kept).await.unwrap();
    assert_eq!(deleted, 500);
    assert_eq!(filtered(world, vec![]).await, ["d0000", "d0250", "d0500"]);
}
