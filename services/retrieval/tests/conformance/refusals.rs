use chassis::failure::Failure;
use retrieval::Error;
use retrieval::collection::Settings;
use retrieval::document::NewDocument;
use retrieval::page::PageRequest;
use retrieval::search::{Filter, Range, Scalar, Search, Test};

use crate::table::{equals, field};
use crate::world::{NOTES, World, new, search, tenant};

/// The reason of a refusal, and the field that it names.
fn said(error: &Error) -> (&'static str, String) {
    let path = error.violations().first().map(|violation| violation.path.clone());
    (error.reason(), path.unwrap_or_default())
}

pub(crate) async fn bad_documents_are_refused_by_their_field(world: &World) {
    let good = || new("a", "Some text.");
    let metadata = |json: &str| NewDocument { metadata: json.to_owned(), ..good() };
    let cases = [
        (NewDocument { text: " \n".to_owned(), ..good() }, "BLANK_TEXT", "text"),
        (NewDocument { text: "a\0b".to_owned(), ..good() }, "INVALID_TEXT", "text"),
        (NewDocument { title: "a\0b".to_owned(), ..good() }, "INVALID_TEXT", "title"),
        (NewDocument { title: "x".repeat(1001), ..good() }, "INVALID_TEXT", "title"),
        (NewDocument { document_id: String::new(), ..good() }, "INVALID_NAME", "document_id"),
        (NewDocument { document_id: "a\0".to_owned(), ..good() }, "INVALID_NAME", "document_id"),
        (NewDocument { document_id: "x".repeat(257), ..good() }, "INVALID_NAME", "document_id"),
        (NewDocument { collection: "No".to_owned(), ..good() }, "INVALID_NAME", "collection"),
        (metadata("[1]"), "INVALID_METADATA", "metadata"),
        (metadata("{\"a\":}"), "INVALID_METADATA", "metadata"),
        (metadata("{} {}"), "INVALID_METADATA", "metadata"),
        (metadata(&"[".repeat(10_000)), "INVALID_METADATA", "metadata"),
        (metadata(r#"{"a":{"b":"\u0000"}}"#), "INVALID_METADATA", "metadata.a.b"),
        (metadata(r#"{"a":"\udead"}"#), "INVALID_METADATA", "metadata"),
        (
            metadata(&format!(r#"{{"a":"{}"}}"#, "x".repeat(64 * 1024))),
            "DOCUMENT_TOO_LARGE",
            "metadata",
        ),
    ];
    for (document, reason, path) in cases {
        let error = world.retriever.put(&tenant(), document).await.unwrap_err();
        assert_eq!(said(&error), (reason, path.to_owned()), "{error}");
    }
}

pub(crate) async fn bad_searches_are_refused_by_their_field(world: &World) {
    world.put("a", "Some text.").await;
    let cases = [
        (search(" \u{3000}"), "BLANK_QUERY", "query"),
        (Search { more_queries: vec![String::new()], ..search("") }, "BLANK_QUERY", "query"),
        (search(&"x".repeat(4001)), "INVALID_TEXT", "query"),
        (search("a\0b"), "INVALID_TEXT", "query"),
        (
            Search { more_queries: vec!["a".to_owned(), "a\0".to_owned()], ..search("a") },
            "INVALID_TEXT",
            "more_queries[1]",
        ),
        (
            Search { more_queries: vec!["a".to_owned(); 17], ..search("a") },
            "TOO_MANY_QUERIES",
            "more_queries",
        ),
        (Search { limit: -1, ..search("a") }, "INVALID_LIMIT", "limit"),
        (Search { limit: 201, ..search("a") }, "INVALID_LIMIT", "limit"),
        (Search { limit: i32::MIN, ..search("a") }, "INVALID_LIMIT", "limit"),
        (Search { min_score: f64::NAN, ..search("a") }, "INVALID_SCORE", "min_score"),
        (Search { min_score: -0.1, ..search("a") }, "INVALID_SCORE", "min_score"),
        (Search { min_score: f64::INFINITY, ..search("a") }, "INVALID_SCORE", "min_score"),
        (Search { collection: "a/b".to_owned(), ..search("a") }, "INVALID_NAME", "collection"),
    ];
    for (search, reason, path) in cases {
        let error = world.retriever.search(&tenant(), search).await.unwrap_err();
        assert_eq!(said(&error), (reason, path.to_owned()), "{error}");
    }
}

pub(crate) async fn bad_filters_are_refused_by_their_path(world: &World) {
    world.put("a", "Some text.").await;
    let text = |text: &str| Scalar::Text(text.to_owned());
    let second = |test| Filter::All(vec![equals("ok", 1), field("a", test)]);
    let range = |range| second(Test::Range(range));
    let nest = |filter, levels| (0..levels).fold(filter, |inner, _| Filter::Any(vec![inner]));
    let many = |count| vec![equals("a", 1); count];
    let cases = [
        (field("", Test::Exists(true)), "filter.field"),
        (Filter::All(vec![equals("ok", 1), equals("a\0", 1)]), "filter.all[1].field"),
        (second(Test::Equals(Some(Scalar::Number(f64::NAN)))), "filter.all[1].equals"),
        (second(Test::NotEquals(Some(text("\0")))), "filter.all[1].not_equals"),
        (second(Test::In(vec![text("a"), text("\0")])), "filter.all[1].in[1]"),
        (second(Test::In(vec![text("a"); 1001])), "filter.all[1].in"),
        (
            second(Test::ContainsAny(vec![Scalar::Number(f64::INFINITY)])),
            "filter.all[1].contains_any[0]",
        ),
        (second(Test::Prefix("x".repeat(201))), "filter.all[1].prefix"),
        (second(Test::Matches("x".repeat(4001))), "filter.all[1].matches"),
        (range(Range::default()), "filter.all[1].range"),
        (
            range(Range { gte: Some(Scalar::Bool(true)), ..Range::default() }),
            "filter.all[1].range.gte",
        ),
        (range(Range { lt: Some(text("soon")), ..Range::default() }), "filter.all[1].range.lt"),
        (
            range(Range {
                gt: Some(Scalar::Number(1.0)),
                lt: Some(text("2024-05-01")),
                ..Range::default()
            }),
            "filter.all[1].range.lt",
        ),
        (Filter::All(many(33)), "filter.all"),
        (Filter::All(vec![Filter::Any(many(33))]), "filter.all[0].any"),
        (Filter::All(vec![Filter::Any(many(32)); 8]), "filter"),
        (
            Filter::All(vec![nest(equals("a", 1), 8)]),
            "filter.all[0].any.of[0].any.of[0].any.of[0].any.of[0].any.of[0].any.of[0].any.of[0].any.of[0]",
        ),
        (Filter::All(vec![second(Test::In(vec![text("a"); 1000])); 5]), "filter"),
    ];
    for (filter, path) in cases {
        let error =
            world.retriever.search(&tenant(), Search { filter, ..search("a") }).await.unwrap_err();
        assert_eq!(said(&error), ("INVALID_FILTER", path.to_owned()), "{error}");
    }
    let most =
        Filter::All(vec![
            Filter::Any(vec![nest(field("a", Test::In(vec![text("a"); 15])), 6); 2]);
            16
        ]);
    world.find(Search { filter: most, ..search("a") }).await;
    let words: Vec<String> = (0..600).map(|number| format!("w{number}")).collect();
    let longest = field("a", Test::Matches(words.join(" ")));
    world.find(Search { filter: longest, ..search("a") }).await;
}

pub(crate) async fn bad_names_are_refused_everywhere(world: &World) {
    let retriever = &world.retriever;
    let bad = "a'b";
    let (tenant, page) = (tenant(), PageRequest::default());
    let errors = [
        retriever.create_collection(&tenant, bad, "", &Settings::default()).await.unwrap_err(),
        retriever.collection(&tenant, bad).await.unwrap_err(),
        retriever.delete_collection(&tenant, bad).await.unwrap_err(),
        retriever.document(&tenant, bad, "a").await.unwrap_err(),
        retriever.documents(&tenant, bad, &page).await.unwrap_err(),
        retriever.delete(&tenant, bad, &[]).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(said(&error), ("INVALID_NAME", "collection".to_owned()));
    }
    let ids = ["a".to_owned(), "\0".to_owned()];
    let error = retriever.delete(&tenant, NOTES, &ids).await.unwrap_err();
    assert_eq!(said(&error), ("INVALID_NAME", "document_ids[1]".to_owned()));
    let error = retriever.delete(&tenant, NOTES, &vec!["a".to_owned(); 1001]).await.unwrap_err();
    assert_eq!(said(&error), ("TOO_MANY_DOCUMENTS", "document_ids".to_owned()));
    let error =
        retriever.create_collection(&tenant, NOTES, "a\0", &Settings::default()).await.unwrap_err();
    assert_eq!(said(&error), ("INVALID_TEXT", "description".to_owned()));
    let token = PageRequest { size: 0, token: "☃".to_owned() };
    let error = retriever.collections(&tenant, &token).await.unwrap_err();
    assert_eq!(said(&error), ("INVALID_PAGE_TOKEN", "page_token".to_owned()));
}

pub(crate) async fn nothing_is_half_written(world: &World) {
    let bad = NewDocument { metadata: "[]".to_owned(), ..new("a", "Some text.") };
    assert!(world.retriever.put(&tenant(), bad).await.is_err());
    let error = world.retriever.collection(&tenant(), NOTES).await.unwrap_err();
    assert!(matches!(error, Error::CollectionNotFound(_)), "{error}");
}
