use retrieval::Error;
use retrieval::page::PageRequest;

use crate::world::{NOTES, World, tenant};

pub(crate) async fn a_collection_is_made_once(world: &World) {
    let retriever = &world.retriever;
    let made = retriever.create_collection(&tenant(), NOTES, "What we learned 'ü'").await.unwrap();
    assert_eq!(
        (made.collection.as_str(), made.description.as_str()),
        (NOTES, "What we learned 'ü'")
    );
    assert_eq!((made.documents, made.chunks, made.text_bytes), (0, 0, 0));
    let again = retriever.create_collection(&tenant(), NOTES, "Other").await.unwrap_err();
    assert!(matches!(again, Error::CollectionExists(_)), "{again}");
    assert_eq!(retriever.collection(&tenant(), NOTES).await.unwrap(), made);
}

pub(crate) async fn a_put_makes_the_collection(world: &World) {
    world.put("a", "Some text.").await;
    let made = world.retriever.collection(&tenant(), NOTES).await.unwrap();
    assert_eq!((made.description.as_str(), made.documents), ("", 1));
    let again = world.retriever.create_collection(&tenant(), NOTES, "").await.unwrap_err();
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
        world.retriever.create_collection(&tenant(), name, "").await.unwrap();
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
    world.retriever.create_collection(&tenant(), NOTES, "").await.unwrap();
    assert_eq!(world.ids("text").await, Vec::<String>::new());
    world.put("a", "New text.").await;
    assert_eq!(world.search("text").await.passages[0].text, "New text.");
    world.audit(NOTES).await;
}
