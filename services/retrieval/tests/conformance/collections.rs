use retrieval::Error;
use retrieval::collection::{Change, ChunkBy, Chunking, Settings};
use retrieval::page::PageRequest;

use crate::world::{NOTES, World, make, tenant};

pub(crate) async fn a_collection_is_made_once(world: &World) {
    let retriever = &world.retriever;
    let made = make(retriever, NOTES, "What we learned 'ü'").await.unwrap();
    assert_eq!(
        (made.collection.as_str(), made.description.as_str()),
        (NOTES, "What we learned 'ü'")
    );
    assert_eq!((made.documents, made.chunks, made.text_bytes), (0, 0, 0));
    let again = make(retriever, NOTES, "Other").await.unwrap_err();
    assert!(matches!(again, Error::CollectionExists(_)), "{again}");
    assert_eq!(retriever.collection(&tenant(), NOTES).await.unwrap(), made);
}

pub(crate) async fn settings_are_kept_changed_and_reset(world: &World) {
    let retriever = &world.retriever;
    let chunking = Chunking { tokens: Some(64), overlap: Some(8), by: Some(ChunkBy::Markdown) };
    let settings = Settings { chunking: Some(chunking) };
    let made = retriever.create_collection(&tenant(), NOTES, "First", &settings).await.unwrap();
    assert_eq!(made.settings, settings);
    let update = async |change| {
        let changed = retriever.update_collection(&tenant(), NOTES, &change).await.unwrap();
        assert_eq!(retriever.collection(&tenant(), NOTES).await.unwrap(), changed);
        (changed.description, changed.settings.chunking)
    };
    let description = Some("Second".to_owned());
    let changed = update(Change { description, ..Change::default() }).await;
    assert_eq!(changed, ("Second".to_owned(), Some(chunking)));
    let other = Chunking { tokens: Some(128), ..Chunking::default() };
    let settings = Settings { chunking: Some(other) };
    let changed = update(Change { settings, ..Change::default() }).await;
    assert_eq!(changed, ("Second".to_owned(), Some(other)));
    let reset = vec!["chunking".to_owned()];
    let changed = update(Change { reset, ..Change::default() }).await;
    assert_eq!(changed, ("Second".to_owned(), None));
    let missing = retriever.update_collection(&tenant(), "none", &Change::default()).await;
    assert!(matches!(missing.unwrap_err(), Error::CollectionNotFound(_)));
}

pub(crate) async fn changes_of_settings_at_once_all_hold(world: &World) {
    make(&world.retriever, NOTES, "").await.unwrap();
    let chunking = Chunking { tokens: Some(64), ..Chunking::default() };
    let settings = Settings { chunking: Some(chunking) };
    let described = Change { description: Some("Said".to_owned()), ..Change::default() };
    let set = Change { settings: settings.clone(), ..Change::default() };
    let tenant = tenant();
    let (one, other) = tokio::join!(
        world.retriever.update_collection(&tenant, NOTES, &described),
        world.retriever.update_collection(&tenant, NOTES, &set),
    );
    assert!(one.is_ok() && other.is_ok());
    let collection = world.retriever.collection(&tenant, NOTES).await.unwrap();
    assert_eq!((collection.description.as_str(), collection.settings), ("Said", settings));
}

pub(crate) async fn a_put_makes_the_collection(world: &World) {
    world.put("a", "Some text.").await;
    let made = world.retriever.collection(&tenant(), NOTES).await.unwrap();
    assert_eq!((made.description.as_str(), made.documents), ("", 1));
    let again = make(&world.retriever, NOTES, "").await.unwrap_err();
    assert!(matches!(again, Error::CollectionExists(_)), "{again}");
}

pub(crate) async fn statistics_count_what_is_there(world: &World) {
    world.put("a", "Grüße.").await;
    world.put("b", &"A sentence of some length. ".repeat(100)).await;
    world.audit(NOTES).await;
    world.put("b", "Short now.").await;
    world.put("a", "Grüße.").await;
    world.audit(NOTES).await;
    let stats = world.retriever.collection(&tenant(), NOTES).await.unwrap();
    assert_eq!((stats.documents, stats.chunks, stats.text_bytes), (2, 2, 8 + 10));
}

pub(crate) async fn collections_are_listed_page_by_page(world: &World) {
    let names = ["0", "a", "a-b", "a_b", "ab", "b"];
    for name in names.iter().rev() {
        make(&world.retriever, name, "").await.unwrap();
    }
    for size in [0, 1, 5, 6, 7] {
        let mut page = PageRequest { size, token: String::new() };
        let mut listed = Vec::new();
        loop {
            let rows = world.retriever.collections(&tenant(), &page).await.unwrap();
            listed.extend(rows.rows.into_iter().map(|collection| collection.collection));
            page.token = rows.next_token;
            if page.token.is_empty() {
                break;
            }
        }
        assert_eq!(listed, names, "{size}");
    }
}

pub(crate) async fn a_deleted_collection_takes_everything_along(world: &World) {
    world.put_with("a", "Some text.", r#"{"k":1}"#).await;
    world.put("b", "More text.").await;
    assert_eq!(world.retriever.delete_collection(&tenant(), NOTES).await.unwrap(), 2);
    let gone = world.retriever.collection(&tenant(), NOTES).await.unwrap_err();
    assert!(matches!(gone, Error::CollectionNotFound(_)), "{gone}");
    make(&world.retriever, NOTES, "").await.unwrap();
    assert_eq!(world.ids("text").await, Vec::<String>::new());
    world.put("a", "New text.").await;
    assert_eq!(world.search("text").await.passages[0].text, "New text.");
    world.audit(NOTES).await;
}
