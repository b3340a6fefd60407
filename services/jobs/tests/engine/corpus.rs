use std::fs;

use crate::world::{Place, World};

/// On the embedded store only, and again and again until retrieval is there.
pub(crate) async fn documents_of_flows_are_in_before_jobs_are_ready(place: Place) {
    let mut world = World::prepared(place, &[]).await;
    let folder = world.flows.path().join("letters");
    let flow = fs::read_to_string(folder.join("flow.toml")).unwrap();
    let flow =
        flow.replacen("[[step]]", "[corpus]\ncollection = \"letters-sample\"\n\n[[step]]", 1);
    fs::write(folder.join("flow.toml"), flow).unwrap();
    fs::create_dir(folder.join("corpus")).unwrap();
    let document = r#"{"id":"one","title":"One","text":"First.","metadata":{"n":1}}"#;
    fs::write(folder.join("corpus/one.json"), document).unwrap();
    fs::write(folder.join("corpus/two.md"), "# Two\n\nSecond.\n").unwrap();
    world.shelf.refuse(2);
    world.run().await;
    let put: Vec<_> =
        world.shelf.documents().into_iter().map(|put| (put.collection, put.document_id)).collect();
    let all = ["one", "two"].map(|id| ("letters-sample".to_owned(), id.to_owned()));
    match place {
        Place::Sqlite => assert_eq!(put, all),
        Place::Postgres => assert_eq!(put, []),
    }
}
