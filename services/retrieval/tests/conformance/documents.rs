use std::time::Duration;

use retrieval::Error;
use retrieval::document::{NewDocument, Outcome};
use retrieval::page::PageRequest;

use crate::world::{NOTES, World, make, new, search, tenant};

pub(crate) async fn a_document_comes_back_as_it_was_put(world: &World) {
    let document = NewDocument {
        title: "Zürich — «notes» 🦀".to_owned(),
        text: "  First.\r\n\tSecond: ﬁnal \u{202e}line.\n\n".to_owned(),
        metadata: "{ \"n\": 9007199254740993, \"b\":1.50,\"b\":2, \"é\":\"\\u00e9\" }".to_owned(),
        ..new("a", "")
    };
    let put = world.put_as(&tenant(), document.clone()).await;
    assert_eq!((put.outcome, put.document.version, put.document.chunks), (Outcome::Created, 1, 1));
    assert_eq!(put.document.text, "");
    let found = world.retriever.document(&tenant(), NOTES, "a").await.unwrap();
    assert_eq!(found.title, document.title);
    assert_eq!(found.text, document.text);
    assert_eq!(found.metadata, document.metadata);
    assert_eq!(found.content_hash, put.document.content_hash);
    let passage = world.search("final").await.passages.remove(0);
    assert_eq!(passage.text, "First.\r\n\tSecond: ﬁnal \u{202e}line.");
    assert_eq!(&found.text[passage.start as usize..passage.end as usize], passage.text);
    assert_eq!((passage.title, passage.metadata), (document.title, document.metadata));
    assert_eq!(passage.chunk_id, "a#0");
}

pub(crate) async fn the_same_content_again_changes_nothing(world: &World) {
    let first = world.put_with("a", "Some text.", r#"{"a":1}"#).await;
    world.clock.advance(Duration::from_secs(60));
    let second = world.put_with("a", "Some text.", r#"{"a":1}"#).await;
    assert_eq!(second.outcome, Outcome::Unchanged);
    assert_eq!(second.document, first.document);
    assert_eq!(
        world.retriever.collection(&tenant(), NOTES).await.unwrap().updated_at,
        first.document.updated_at
    );
}

pub(crate) async fn a_new_version_replaces_every_chunk(world: &World) {
    let many: Vec<String> =
        (0..120).map(|n| format!("Paragraph {n} of the oldest wording.\n\n")).collect();
    let first = world.put("a", &many.concat()).await;
    assert!(first.document.chunks > 1);
    let second = world.put("a", "Only the newest wording.").await;
    assert_eq!(
        (second.outcome, second.document.version, second.document.chunks),
        (Outcome::Updated, 2, 1)
    );
    assert_eq!(world.ids("oldest paragraph").await, Vec::<String>::new());
    assert_eq!(world.ids("newest").await, ["a"]);
    assert_eq!(world.search("wording").await.passages.len(), 1);
    assert_eq!(second.document.created_at, first.document.created_at);
    world.audit(NOTES).await;
}

pub(crate) async fn a_change_of_title_or_metadata_is_a_new_version(world: &World) {
    world.put("a", "Some text.").await;
    let titled = NewDocument { title: "Ledger".to_owned(), ..new("a", "Some text.") };
    assert_eq!(world.put_as(&tenant(), titled.clone()).await.document.version, 2);
    assert_eq!(world.ids("ledger").await, ["a"]);
    let marked = NewDocument { metadata: "{}".to_owned(), ..titled.clone() };
    assert_eq!(world.put_as(&tenant(), marked).await.document.version, 3);
    assert_eq!(world.put_as(&tenant(), titled).await.document.version, 4);
    // What moves from one part to another is another content.
    let moved = NewDocument { title: "Led".to_owned(), ..new("a", "gerSome text.") };
    assert_eq!(world.put_as(&tenant(), moved).await.outcome, Outcome::Updated);
}

pub(crate) async fn times_are_those_of_the_store(world: &World) {
    let before = world.clock.now();
    let first = world.put("a", "One.").await.document;
    let hour = Duration::from_secs(3600);
    world.clock.advance(hour);
    let second = world.put("a", "Two.").await.document;
    assert!(first.created_at.unwrap().since(before) < hour && first.created_at == first.updated_at);
    assert_eq!(second.created_at, first.created_at);
    assert!(second.updated_at.unwrap().since(first.updated_at.unwrap()) >= hour);
    let collection = world.retriever.collection(&tenant(), NOTES).await.unwrap();
    assert_eq!(collection.updated_at, second.updated_at);
    world.clock.advance(hour);
    world.retriever.delete(&tenant(), NOTES, &["a".to_owned()]).await.unwrap();
    let later = world.retriever.collection(&tenant(), NOTES).await.unwrap();
    assert!(later.updated_at.unwrap().since(second.updated_at.unwrap()) >= hour);
    assert_eq!(later.created_at, collection.created_at);
}

pub(crate) async fn a_deleted_document_is_gone(world: &World) {
    for id in ["a", "b", "c"] {
        world.put_with(id, &format!("Some text of {id}x."), r#"{"k":1}"#).await;
    }
    let gone = ["b", "nobody", "b", "c"].map(str::to_owned);
    assert_eq!(world.retriever.delete(&tenant(), NOTES, &gone).await.unwrap(), 2);
    assert_eq!(world.retriever.delete(&tenant(), NOTES, &gone).await.unwrap(), 0);
    assert_eq!(world.retriever.delete(&tenant(), NOTES, &[]).await.unwrap(), 0);
    assert_eq!(world.ids("text bx cx").await, ["a"]);
    assert_eq!(world.list(NOTES, 0).await, ["a"]);
    world.audit(NOTES).await;
}

pub(crate) async fn a_deleted_id_begins_again(world: &World) {
    world.put("a", "One.").await;
    world.put("a", "Two.").await;
    world.retriever.delete(&tenant(), NOTES, &["a".to_owned()]).await.unwrap();
    let put = world.put("a", "Two.").await;
    assert_eq!((put.outcome, put.document.version), (Outcome::Created, 1));
    assert_eq!(world.ids("two").await, ["a"]);
}

pub(crate) async fn ids_may_be_of_any_shape(world: &World) {
    let long = "é".repeat(256);
    let ids = [
        "'; drop table document; --",
        "a\"b\\c",
        "%_*",
        "a#1",
        "a",
        "https://x.example/ü?q=1#2",
        " ",
        "123",
        "null",
        &long,
    ];
    for id in ids {
        world.put(id, "The same text for all.").await;
    }
    let mut found = world.ids("text").await;
    found.sort();
    let mut all = ids.map(str::to_owned).to_vec();
    all.sort();
    assert_eq!(found, all);
    assert_eq!(world.list(NOTES, 3).await, all);
    for id in ids {
        assert_eq!(world.retriever.document(&tenant(), NOTES, id).await.unwrap().document_id, id);
    }
    assert_eq!(world.retriever.delete(&tenant(), NOTES, &all).await.unwrap(), 10);
    world.audit(NOTES).await;
}

pub(crate) async fn a_long_document_is_found_in_every_part(world: &World) {
    let text: String = (0..400)
        .map(|n| {
            format!(
                "Satz {n} über die Sache{}. ",
                if n % 40 == 7 { format!(" mit nadel{n}") } else { String::new() }
            )
        })
        .collect();
    let put = world.put("a", &text).await;
    assert!(put.document.chunks > 5);
    for n in (7..400).step_by(40) {
        let found = world.search(&format!("nadel{n}")).await;
        assert!((1..=2).contains(&found.passages.len()), "once, or twice where chunks overlap");
        for passage in found.passages {
            assert_eq!(&text[passage.start as usize..passage.end as usize], passage.text);
            assert!(passage.text.contains(&format!("nadel{n}.")));
        }
    }
    let whole = world.find(retrieval::search::Search { limit: 200, ..search("Sache") }).await;
    assert_eq!(whole.passages.len(), put.document.chunks as usize);
    let mut ids: Vec<&str> =
        whole.passages.iter().map(|passage| passage.chunk_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), whole.passages.len());
}

pub(crate) async fn the_largest_document_is_kept(world: &World) {
    let mut text = "needle ".to_owned();
    text.extend(std::iter::repeat_n("abcdefghi klmnopqrs\n", 8 * 1024 * 1024 / 20 + 1));
    text.truncate(8 * 1024 * 1024);
    let put = world.put("a", &text).await;
    assert!(put.document.chunks > 1000);
    assert_eq!(world.search("needle").await.passages.len(), 1);
    assert_eq!(world.retriever.document(&tenant(), NOTES, "a").await.unwrap().text, text);
    text.push('x');
    let refused = world.retriever.put(&tenant(), new("a", &text)).await.unwrap_err();
    assert!(matches!(refused, Error::TooLarge { path: "text", .. }), "{refused}");
}

pub(crate) async fn documents_are_listed_page_by_page(world: &World) {
    let ids: Vec<String> = (0..25).map(|n| format!("d{n:02}")).collect();
    for id in ids.iter().rev() {
        world.put_with(id, "Some text.", r#"{"a":1}"#).await;
    }
    for size in [0, 1, 7, 24, 25, 26, 1000] {
        assert_eq!(world.list(NOTES, size).await, ids, "{size}");
    }
    let page = PageRequest { size: 2, token: String::new() };
    let first = world.retriever.documents(&tenant(), NOTES, &page).await.unwrap();
    assert_eq!((first.rows[0].text.as_str(), first.rows[0].metadata.as_str()), ("", r#"{"a":1}"#));
    // A page goes on where the last one ended, also when its last row is gone.
    world.retriever.delete(&tenant(), NOTES, &["d01".to_owned()]).await.unwrap();
    let page = PageRequest { size: 1, token: first.next_token.clone() };
    assert_eq!(
        world.retriever.documents(&tenant(), NOTES, &page).await.unwrap().rows[0].document_id,
        "d02"
    );
    make(&world.retriever, "others", "").await.unwrap();
    let refused = world.retriever.documents(&tenant(), "others", &page).await.unwrap_err();
    assert!(matches!(refused, Error::InvalidPageToken), "{refused}");
}

pub(crate) async fn what_is_missing_is_not_found(world: &World) {
    let retriever = &world.retriever;
    let missing = |error: Error| {
        assert!(matches!(&error, Error::CollectionNotFound(name) if name == NOTES), "{error}")
    };
    missing(retriever.search(&tenant(), search("x")).await.unwrap_err());
    missing(retriever.document(&tenant(), NOTES, "a").await.unwrap_err());
    missing(retriever.documents(&tenant(), NOTES, &PageRequest::default()).await.unwrap_err());
    missing(retriever.delete(&tenant(), NOTES, &["a".to_owned()]).await.unwrap_err());
    missing(retriever.collection(&tenant(), NOTES).await.unwrap_err());
    missing(retriever.delete_collection(&tenant(), NOTES).await.unwrap_err());
    world.put("b", "Some text.").await;
    let error = retriever.document(&tenant(), NOTES, "a").await.unwrap_err();
    assert!(matches!(error, Error::DocumentNotFound { .. }), "{error}");
}
