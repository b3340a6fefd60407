//! What embeds may be slow, away, or wrong; a query is paid for once.

use std::time::Duration;

use chassis::deadline::{Deadline, scope};
use serde_json::json;

use crate::openai::Manner;
use crate::world::{LLAMAINDEX, World, find, search};

#[tokio::test]
async fn a_query_is_embedded_once() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let first = find(&retriever, search("brewery")).await;
            let again = find(&retriever, search("brewery")).await;
            assert_eq!((world.openai.asked().len(), again.consumed), (2, Vec::new()));
            assert_eq!((first.passages, again.dense.as_str()), (again.passages, "hashed/16"));
            let mut more = search("brewery");
            more.more_queries = vec!["harbour".to_owned(), "museum".to_owned()];
            let found = find(&retriever, more).await;
            assert_eq!(world.openai.asked()[2]["input"], json!(["harbour", "museum"]));
            let stages = found.passages.iter().flat_map(|passage| &passage.scores);
            assert!(stages.clone().any(|score| score.stage == "dense[1]"));
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn it_is_asked_again_where_that_helps_and_not_where_it_does_not() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let busy = Manner::Refuses(429, vec![("retry-after-ms", "10")], json!({}));
            world.openai.will([busy]);
            assert_eq!(find(&retriever, search("one")).await.dense, "hashed/16");
            assert_eq!(world.openai.asked().len(), 3);
            let spent = json!({ "error": { "code": "insufficient_quota" } });
            world.openai.will([Manner::Refuses(429, Vec::new(), spent)]);
            let found = find(&retriever, search("two")).await;
            assert!(found.degraded[0].contains("no credit left"), "{:?}", found.degraded);
            assert_eq!(world.openai.asked().len(), 4);
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn answers_that_are_no_vectors_cost_the_dense_leg_only() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let of = |numbers: serde_json::Value| json!([{ "index": 0, "embedding": numbers }]);
            for (number, (says, said)) in [
                (json!([]), "0 vectors of 1 texts"),
                (of(json!([])), "without numbers"),
                (of(json!(vec![0.0; 16])), "of zeros"),
                (of(json!(["a"])), "no list of vectors"),
                (of(json!([1.0, 2.0])), "makes vectors of 2 numbers"),
                (json!("nothing"), "no list of vectors"),
            ]
            .into_iter()
            .enumerate()
            {
                world.openai.will([Manner::Says(says)]);
                let found = find(&retriever, search(&format!("brewery {number}"))).await;
                assert!(found.degraded[0].contains(said), "{said}: {:?}", found.degraded);
                assert!(!found.passages.is_empty());
            }
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn one_that_never_answers_costs_no_more_than_its_time() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[("retrieval.openai.timeout", "200ms")]).await.unwrap();
            world.openai.will([Manner::Sleeps]);
            let asked = scope(
                Deadline::after(Duration::from_secs(30)),
                find(&retriever, search("brewery")),
            );
            let found = asked.await;
            assert!(found.degraded[0].contains("within"), "{:?}", found.degraded);
            assert!(!found.passages.is_empty());
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn vectors_of_another_model_of_the_same_length_are_noticed() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            world
                .sql("update vecs.portfolio set vec = '[1,-1,1,-1,1,-1,1,-1,1,-1,1,-1,1,-1,1,-1]'")
                .await;
            let retriever = world.open(&[]).await.unwrap();
            for query in ["brewery", "harbour"] {
                let found = find(&retriever, search(query)).await;
                assert!(
                    found.warnings[0].contains("of another model than hashed"),
                    "{:?}",
                    found.warnings
                );
                assert_eq!(found.dense, "hashed/16");
            }
            assert_eq!(world.openai.asked().len(), 3);
            retriever.close().await;
        })
        .await;
}
