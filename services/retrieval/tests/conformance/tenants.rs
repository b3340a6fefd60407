use retrieval::Error;
use retrieval::document::NewDocument;
use retrieval::page::PageRequest;

use crate::world::{NOTES, World, ids, new, other_tenant, search, tenant};

pub(crate) async fn a_tenant_sees_its_own_rows_only(world: &World) {
    let retriever = &world.retriever;
    world.put_with("mine", "A secret text.", r#"{"k":1}"#).await;
    let refused = retriever.search(&other_tenant(), search("secret")).await.unwrap_err();
    assert!(matches!(refused, Error::CollectionNotFound(_)), "{refused}");
    let refused = retriever.document(&other_tenant(), NOTES, "mine").await.unwrap_err();
    assert!(matches!(refused, Error::CollectionNotFound(_)), "{refused}");
    assert_eq!(
        retriever.collections(&other_tenant(), &PageRequest::default()).await.unwrap().rows,
        []
    );
    world.put_as(&other_tenant(), new("theirs", "A secret text.")).await;
    let found = retriever.search(&other_tenant(), search("secret")).await.unwrap();
    assert_eq!(ids(&found), ["theirs"]);
    assert_eq!(found.collection_documents, 1);
    let refused = retriever.document(&other_tenant(), NOTES, "mine").await.unwrap_err();
    assert!(matches!(refused, Error::DocumentNotFound { .. }), "{refused}");
    assert_eq!(world.ids("secret").await, ["mine"]);
    assert_eq!(world.list(NOTES, 0).await, ["mine"]);
}

pub(crate) async fn a_tenant_deletes_its_own_rows_only(world: &World) {
    world.put("a", "Some text.").await;
    world.put_as(&other_tenant(), new("a", "Other text.")).await;
    world.put_as(&other_tenant(), new("a", "Newer text.")).await;
    assert_eq!(world.retriever.document(&tenant(), NOTES, "a").await.unwrap().text, "Some text.");
    let a = ["a".to_owned()];
    assert_eq!(world.retriever.delete(&other_tenant(), NOTES, &a).await.unwrap(), 1);
    assert_eq!(world.retriever.delete_collection(&other_tenant(), NOTES).await.unwrap(), 0);
    assert_eq!(world.ids("text").await, ["a"]);
    world.audit(NOTES).await;
}

/// Neither another tenant's documents nor another collection's show in a score.
pub(crate) async fn scores_depend_on_the_own_collection_only(world: &World) {
    for (id, text) in [("a", "rust and billing"), ("b", "rust and sailing"), ("c", "python")] {
        world.put(id, text).await;
    }
    let explained = retrieval::search::Search { explain: true, ..search("rust billing") };
    let before = world.find(explained.clone()).await;
    for n in 0..30 {
        world.put_as(&other_tenant(), new(&format!("t{n}"), "billing billing billing")).await;
        let elsewhere = NewDocument {
            collection: "others".to_owned(),
            ..new(&format!("o{n}"), "billing again")
        };
        world.put_as(&tenant(), elsewhere).await;
    }
    assert_eq!(world.find(explained).await, before);
}
