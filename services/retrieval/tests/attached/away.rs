//! The database goes away and comes back, and so does the table.

use chassis::failure::{Failure, Kind};
use retrieval::Retriever;
use retrieval::page::PageRequest;

use crate::proxy::Proxy;
use crate::world::{LLAMAINDEX, PORTFOLIO, World, find, search, tenant};

/// Asks until the table is there; a moment passes between two tries of the program itself.
async fn until_found(retriever: &Retriever) -> usize {
    for _ in 0..200 {
        match retriever.search(&tenant(), search("brewery")).await {
            Ok(found) => return found.passages.len(),
            Err(error) => assert_eq!(error.kind(), Kind::Unavailable, "{error}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it did not come back");
}

#[tokio::test]
async fn one_that_is_away_at_the_start_is_attached_when_it_is_there() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let (mut proxy, url) = Proxy::shut(&world.url).await;
            let retriever = world.open(&[("retrieval.supabase.url", &url)]).await.unwrap();
            let error = retriever.search(&tenant(), search("brewery")).await.unwrap_err();
            assert_eq!((error.reason(), error.kind()), ("ATTACHED_UNREACHABLE", Kind::Unavailable));
            assert!(error.retry_after().unwrap().as_secs() >= 10, "{error}");
            let listed = retriever.collections(&tenant(), &PageRequest::default()).await.unwrap();
            let attached = listed.rows[0].attached.clone().unwrap();
            assert!(attached.problem.contains("cannot be reached"), "{attached:?}");
            proxy.open().await;
            assert_eq!(until_found(&retriever).await, 10);
            proxy.close().await;
            let error = retriever.search(&tenant(), search("brewery")).await.unwrap_err();
            assert_eq!(error.kind(), Kind::Unavailable, "{error}");
            proxy.open().await;
            assert_eq!(until_found(&retriever).await, 10);
            retriever.close().await;
        })
        .await;
}

/// Behind a pooler that changes connections with every transaction, a statement under a name, or
/// one outside a transaction, may be answered by somebody else's.
#[tokio::test]
async fn every_statement_is_nameless_in_a_transaction_that_only_reads() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let (mut proxy, url) = Proxy::shut(&world.url).await;
            proxy.open().await;
            let one = [
                ("retrieval.supabase.url", url.as_str()),
                ("retrieval.supabase.max_connections", "1"),
            ];
            let retriever = world.open(&one).await.unwrap();
            find(&retriever, search("brewery")).await;
            retriever.collection(&tenant(), PORTFOLIO).await.unwrap();
            retriever.document(&tenant(), PORTFOLIO, "node-00").await.unwrap();
            retriever.documents(&tenant(), PORTFOLIO, &PageRequest::default()).await.unwrap();
            retriever.close().await;
            let mut is_within = false;
            let statements = proxy.statements();
            assert!(statements.len() > 20, "{statements:?}");
            for statement in &statements {
                assert_eq!(statement.name, "", "{statement:?}");
                let sql = statement.sql.to_lowercase();
                if sql.starts_with("begin") {
                    assert_eq!(sql, "begin isolation level repeatable read, read only");
                    is_within = true;
                } else if sql == "rollback" || sql == "commit" {
                    is_within = false;
                } else {
                    assert!(is_within || sql.is_empty(), "{statement:?}");
                }
            }
        })
        .await;
}

#[tokio::test]
async fn a_table_that_is_dropped_is_told_and_found_again_when_it_is_made_anew() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let named = [("retrieval.supabase.table", "vecs.portfolio")];
            let retriever = world.open(&named).await.unwrap();
            assert_eq!(find(&retriever, search("brewery")).await.passages.len(), 10);
            world.sql("alter table vecs.portfolio rename to elsewhere; alter table vecs.elsewhere set schema public").await;
            let error = retriever.search(&tenant(), search("brewery")).await.unwrap_err();
            assert_eq!((error.reason(), error.kind()), ("ATTACHED_CHANGED", Kind::Unavailable));
            let error = retriever.search(&tenant(), search("brewery")).await.unwrap_err();
            assert_eq!((error.reason(), error.kind()), ("ATTACHED_MISSING", Kind::Unavailable));
            world.sql("alter table public.elsewhere rename to portfolio; alter table public.portfolio set schema vecs").await;
            assert_eq!(until_found(&retriever).await, 10);
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn a_password_that_is_wrong_is_told_at_the_start() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let url = world.url.replace("postgres@", "nobody@");
            let error = world.open(&[("retrieval.supabase.url", &url)]).await.err().unwrap();
            assert_eq!((error.reason(), error.is_configured()), ("ATTACHED_NOT_ADMITTED", true));
        })
        .await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long_costs_its_leg() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[("retrieval.supabase.timeout", "400ms")]).await.unwrap();
            world
                .sql(
                    "update vecs.portfolio set metadata = jsonb_build_object('text', (
                       select string_agg('brewery' || n, ' ') from generate_series(1, 9000) n));
                     insert into vecs.portfolio select id || n, vec, metadata from vecs.portfolio, generate_series(1, 20) n",
                )
                .await;
            let found = find(&retriever, search("brewery1 brewery2")).await;
            assert!(found.degraded[0].starts_with("keyword: a statement on vecs.portfolio took longer"), "{:?}", found.degraded);
            assert_eq!((found.passages.len(), found.dense.as_str()), (10, "hashed/16"));
            retriever.close().await;
        })
        .await;
}
