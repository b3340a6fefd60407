//! Both legs on one table: what each finds, how they are fused, and what is said of one that is not there.

use retrieval::search::{Filter, Mode, Scalar, Search, Test};

use crate::openai::Manner;
use crate::world::{HNSW, LLAMAINDEX, World, find, ids, rows, search, tenant};

fn equals(field: &str, value: Scalar) -> Filter {
    Filter::Field { field: field.to_owned(), test: Test::Equals(Some(value)) }
}

#[tokio::test]
async fn words_and_vectors_are_fused_and_each_says_what_it_thought() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let found = find(&retriever, search("For a brewery in Basel we rewrote the ledger in Rust. It took 6 weeks, \"on time\".")).await;
            assert_eq!((found.dense.as_str(), found.collection_documents), ("hashed/16", 40));
            assert_eq!((found.degraded, found.warnings), (Vec::<String>::new(), Vec::new()));
            let best = &found.passages[0];
            assert_eq!(best.document_id, "node-04");
            assert_eq!(best.text, "For a brewery in Basel we rewrote the ledger in Rust.\nIt took 6 weeks, \"on time\".");
            assert!(!best.metadata.contains("_node") && best.metadata.contains("\"city\""));
            let stages: Vec<&str> = best.scores.iter().map(|score| score.stage.as_str()).collect();
            assert_eq!(stages, ["keyword", "dense", "fusion"]);
            assert_eq!((best.scores[0].rank, best.scores[1].rank, best.score), (1, 1, 1.0));
            assert_eq!(
                found.explanation,
                ["keyword: every row is looked at: the table has no index for words", "dense: no vector index: exact scan"]
            );
            let used = &found.consumed[0];
            assert_eq!((used.provider, used.tokens, used.estimated), ("openai", 17, false));
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn without_a_key_words_are_all_there_is_and_the_answer_says_so() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open_keyless().await;
            let found = find(&retriever, search("Hospitals and networks in Zurich, Zürich")).await;
            assert_eq!(
                (found.dense.as_str(), found.degraded.concat().as_str()),
                ("absent", "dense: absent")
            );
            assert!(
                found.passages[0].text.contains("hospital in Zürich we planned the network"),
                "{found:?}"
            );
            assert!(world.openai.asked().is_empty());
            let dense = Search { mode: Mode::Dense, ..search("hospital") };
            assert_eq!(ids(&find(&retriever, dense).await), Vec::<String>::new());
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn a_filter_goes_down_to_the_rows_and_is_exact_where_few_are_left() {
    let world = World::of(HNSW, 8).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            for (filter, left) in [
                (equals("years", Scalar::Number(3.0)), 8),
                (equals("city", Scalar::Text("Zürich".to_owned())), 14),
                (equals("city", Scalar::Text("Z".repeat(100))), 0),
                (equals("years", Scalar::Text("3".to_owned())), 0),
                (equals("none", Scalar::Null), 0),
            ] {
                let found =
                    find(&retriever, Search { filter, limit: 40, ..search("ledger") }).await;
                assert_eq!(found.passages.len(), left, "{found:?}");
                let how = format!("dense: exact scan of the {left} rows that the filter leaves");
                assert!(found.explanation.contains(&how), "{:?}", found.explanation);
                assert_eq!(found.under_returned, "");
            }
            let twice =
                [equals("years", Scalar::Number(3.0)), equals("years", Scalar::Number(4.0))];
            let found = find(
                &retriever,
                Search { filter: Filter::All(twice.to_vec()), ..search("ledger") },
            )
            .await;
            assert_eq!(found.passages, []);
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn an_index_that_comes_back_short_is_followed_by_a_scan() {
    let world = World::of(HNSW, 8).await;
    world
        .run(async |world: &World| {
            // The graph is searched for 100 of the 1,040 rows, and all of those are dead.
            world
                .sql(
                    "insert into vecs.portfolio
                     select 'old-' || number, row.vec, '{\"text\": \"gone\"}'
                     from vecs.portfolio row, generate_series(1, 1000) number where row.id = 'row-00';
                     alter table vecs.portfolio set (autovacuum_enabled = false);
                     delete from vecs.portfolio where id like 'old-%'",
                )
                .await;
            let retriever = world.open(&[]).await.unwrap();
            let dense = Search { mode: Mode::Dense, limit: 40, ..search("billing ledger in Rust") };
            let found = find(&retriever, dense).await;
            assert_eq!((found.passages.len(), found.under_returned.as_str()), (40, ""), "{:?}", found.explanation);
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn a_leg_that_fails_is_left_out_and_named() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let denied = || Manner::Refuses(401, Vec::new(), serde_json::json!({}));
            world.openai.will([denied(), denied()]);
            let found = find(&retriever, search("hospital network")).await;
            let said = "dense: the embedder refuses: HTTP 401; check retrieval.openai.api_key";
            assert_eq!((found.degraded.concat().as_str(), found.dense.as_str()), (said, "absent"));
            assert!(!found.passages.is_empty());
            let dense = Search { mode: Mode::Dense, ..search("hospital") };
            let error = retriever.search(&tenant(), dense).await.unwrap_err();
            assert_eq!(error.to_string(), said.replace("dense: ", ""));
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_costs_no_other() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            world
                .sql(
                    "update vecs.portfolio set metadata = metadata || '{\"_node_content\": \"{broken\"}' where id = 'node-04';
                     update vecs.portfolio set metadata = '[7]' where id = 'node-05'",
                )
                .await;
            let retriever = world.open(&[]).await.unwrap();
            let found = find(&retriever, Search { limit: 40, ..search("brewery ledger in Zürich") }).await;
            assert_eq!((found.passages.len(), found.degraded.len()), (40, 0), "{:?}", found.degraded);
            assert!(found.explanation[0].contains("as they stand in the JSON"), "{:?}", found.explanation);
            let said = "2 of the passages have no text: their rows hold none that can be read";
            assert_eq!(found.warnings, [said]);
            assert!(rows(&found).iter().any(|(id, text)| id == "node-12" && text.contains("brewery")));
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn strange_queries_find_what_they_can() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let long = "hospital ".repeat(440);
            for query in [
                "the of and",
                "\u{3000}!?",
                "'); drop table vecs.portfolio; --",
                "a\\b:*|&!('",
                "東京",
                "* ( [ \\m",
                &long,
            ] {
                let found = find(&retriever, search(query)).await;
                assert_eq!(
                    (found.passages.len(), found.degraded.len()),
                    (10, 0),
                    "{query}: {:?}",
                    found.degraded
                );
            }
            for query in ["", " \n", "a\0b", &"x".repeat(4001)] {
                assert!(retriever.search(&tenant(), search(query)).await.is_err(), "{query}");
            }
            retriever.close().await;
        })
        .await;
}
