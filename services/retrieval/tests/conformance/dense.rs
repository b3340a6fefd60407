use retrieval::document::{NewDocument, Outcome};
use retrieval::{Error, Refused, Retriever, Space};
use serde_json::json;

use crate::model::Model;
use crate::world::{NOTES, World, new, tenant};

const DIMENSION: usize = 64;

/// The world's rows, with a model of this name.
async fn open(world: &World, model: &Model, name: &str) -> Retriever {
    world.reopen(&model.settings(name)).await
}

async fn put(retriever: &Retriever, document: NewDocument) -> Outcome {
    retriever.put(&tenant(), document).await.unwrap().outcome
}

async fn refused(retriever: &Retriever, document: NewDocument) -> Refused {
    let error = retriever.put(&tenant(), document).await.unwrap_err();
    let Error::Embedder(refused) = error else { panic!("{error}") };
    refused
}

async fn space(retriever: &Retriever) -> Option<Space> {
    retriever.collection(&tenant(), NOTES).await.unwrap().space
}

pub(crate) async fn the_first_put_with_a_model_decides_on_the_space(world: &World) {
    let model = Model::start(DIMENSION).await;
    world.put("before", "Nothing embeds yet.").await;
    let retriever = open(world, &model, "first").await;
    assert_eq!(space(&retriever).await, None);
    put(&retriever, new("a", "Some text.")).await;
    let of_first = Space { model: "first".into(), dimension: 64, version: String::new() };
    assert_eq!(space(&retriever).await, Some(of_first.clone()));
    retriever.close().await;
    let retriever = open(world, &model, "second").await;
    let refused = refused(&retriever, new("b", "Some text.")).await;
    assert_eq!(refused, Refused::Missing { space: of_first.clone() });
    assert_eq!(
        put(&retriever, NewDocument { collection: "other".into(), ..new("b", "x") }).await,
        Outcome::Created
    );
    assert_eq!(space(&retriever).await, Some(of_first));
    retriever.close().await;
}

pub(crate) async fn pieces_are_embedded_with_their_title_in_batches(world: &World) {
    let model = Model::start(DIMENSION).await;
    let retriever = open(world, &model, "m").await;
    put(&retriever, new("plain", "Some text.")).await;
    let titled = NewDocument { title: "Ledger".into(), ..new("titled", "Some text.") };
    put(&retriever, titled).await;
    assert_eq!(model.asked(), [["Some text."], ["Ledger\nSome text."]]);
    let many: String = (0..6000).map(|n| format!("Sentence number {n} of many.\n\n")).collect();
    let chunks = retriever.put(&tenant(), new("long", &many)).await.unwrap().document.chunks;
    let sizes: Vec<usize> = model.asked().iter().map(Vec::len).collect();
    assert!(sizes.len() > 1 && sizes.iter().all(|size| *size <= 32), "{sizes:?}");
    assert_eq!(sizes.iter().sum::<usize>(), chunks as usize);
    retriever.close().await;
}

pub(crate) async fn what_is_there_is_not_embedded_again(world: &World) {
    let model = Model::start(DIMENSION).await;
    let retriever = open(world, &model, "m").await;
    let text = "Twice the same.".to_owned();
    put(&retriever, new("a", &text)).await;
    assert_eq!(model.asked().len(), 1);
    assert_eq!(put(&retriever, new("a", &text)).await, Outcome::Unchanged);
    assert_eq!(model.asked(), Vec::<Vec<String>>::new());
    retriever.close().await;
}

pub(crate) async fn a_model_that_fails_leaves_nothing(world: &World) {
    let model = Model::start(DIMENSION).await;
    let retriever = open(world, &model, "m").await;
    put(&retriever, new("a", "The old text.")).await;
    model.refuse(Some(401));
    let denied = refused(&retriever, new("a", "The new text.")).await;
    assert!(matches!(denied, Refused::Denied(_)), "{denied}");
    model.refuse(None);
    for nonsense in [json!([]), json!(vec![0.0; DIMENSION]), json!([1.0, 2.0]), json!([1e39])] {
        model.say(Some(nonsense.clone()));
        let said = refused(&retriever, new("a", &format!("With {nonsense}."))).await;
        let is_told = matches!(said, Refused::Unavailable { .. } | Refused::Dimension { .. });
        assert!(is_told, "{said}");
    }
    model.say(None);
    model.lengthen(DIMENSION + 1);
    let longer = refused(&retriever, new("a", "Of another length.")).await;
    assert!(matches!(longer, Refused::Dimension { makes: 65, holds: 64, .. }), "{longer}");
    let kept = retriever.document(&tenant(), NOTES, "a").await.unwrap();
    assert_eq!((kept.version, kept.text.as_str()), (1, "The old text."));
    retriever.close().await;
}
