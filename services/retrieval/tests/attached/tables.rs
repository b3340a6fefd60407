//! Which table is attached, and what is said of one that does not fit.

use chassis::failure::Failure;
use retrieval::search::Search;

use crate::world::{EXACT, HNSW, LLAMAINDEX, PORTFOLIO, World, find, ids, read, search, tenant};

/// A second table beside the first.
const SECOND: &str = "create table vecs.\"Other \"\"Table\" (like vecs.portfolio including all);
    insert into vecs.\"Other \"\"Table\" select 'copy-' || id, vec, metadata from vecs.portfolio";

async fn refusal(world: &World, settings: &[(&str, &str)]) -> (&'static str, String) {
    let error = world.open(settings).await.err().unwrap();
    assert!(error.is_configured(), "{error}");
    (error.reason(), error.to_string())
}

#[tokio::test]
async fn of_several_tables_one_must_be_named() {
    let world = World::of(EXACT, 8).await;
    world
        .run(async |world: &World| {
            world.sql(SECOND).await;
            let (reason, said) = refusal(world, &[]).await;
            assert_eq!(reason, "ATTACHED_SEVERAL_TABLES");
            assert!(
                said.contains(
                    "vecs.Other \"Table, vecs.portfolio; name one in retrieval.supabase.table"
                ),
                "{said}"
            );
            let (reason, said) = refusal(world, &[("retrieval.supabase.table", "none")]).await;
            assert!(reason == "ATTACHED_MISSING" && said.contains("portfolio"), "{said}");
            let named = [("retrieval.supabase.table", "Other \"Table")];
            let retriever = world.open(&named).await.unwrap();
            let found = find(&retriever, search("billing ledger in Rust")).await;
            assert!(found.passages[0].document_id.starts_with("copy-"), "{found:?}");
            assert_eq!(
                retriever
                    .documents(&tenant(), PORTFOLIO, &Default::default())
                    .await
                    .unwrap()
                    .rows
                    .len(),
                40
            );
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn no_table_and_tables_of_another_shape_are_refused() {
    let world = World::of("create extension vector", 8).await;
    world
        .run(async |world: &World| {
            assert_eq!(refusal(world, &[]).await.0, "ATTACHED_NO_TABLE");
            world
                .sql("create schema vecs; create table vecs.a (id text, embedding vector(8))")
                .await;
            for (change, said) in [
                ("select 1", "its columns (id, embedding) fit no layout that is known"),
                (
                    "alter table vecs.a add metadata text, add text text",
                    "its column metadata is of type text, not jsonb or json",
                ),
                (
                    "alter table vecs.a alter text type bytea using null, alter metadata type json using '{}'",
                    "its column text is of type bytea, not text or varchar or bpchar",
                ),
                (
                    "alter table vecs.a drop text, add vec real[]",
                    "its column vec is of type _float4, not vector or halfvec",
                ),
            ] {
                world.sql(change).await;
                let (reason, message) = refusal(world, &[]).await;
                assert_eq!(reason, "ATTACHED_SHAPE");
                assert!(message.contains(said), "{message}");
            }
        })
        .await;
}

#[tokio::test]
async fn a_model_of_another_length_is_refused_at_the_start_with_the_remedy() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let model = ("retrieval.openai.model", "text-embedding-3-small");
            let (reason, said) = refusal(world, &[model]).await;
            assert_eq!(reason, "ATTACHED_DIMENSION");
            let words = "text-embedding-3-small makes vectors of 1536 numbers, and those of vecs.portfolio have 16; set retrieval.openai.model to the model that made them, or retrieval.openai.dimensions to 16";
            assert!(said.starts_with(words), "{said}");
            let dimensions = ("retrieval.openai.dimensions", "16");
            let retriever = world.open(&[model, dimensions]).await.unwrap();
            let found = find(&retriever, search("brewery")).await;
            assert_eq!(found.dense, "text-embedding-3-small/16");
            assert_eq!(world.openai.asked()[0]["dimensions"], 16);
            assert!(found.consumed[0].cost_usd.is_some());
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn an_unknown_model_of_another_length_costs_the_dense_leg_and_says_why() {
    let world = World::of(LLAMAINDEX, 8).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let found = find(&retriever, search("brewery")).await;
            let said = "dense: hashed makes vectors of 8 numbers, and those of collection portfolio have 16; set retrieval.openai.model";
            assert!(found.degraded[0].starts_with(said), "{:?}", found.degraded);
            assert!(!found.passages.is_empty() && found.dense == "absent");
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn of_mixed_lengths_only_the_fitting_rows_are_compared_and_the_answer_says_so() {
    let world = World::of(EXACT, 8).await;
    world
        .run(async |world: &World| {
            world
                .sql(
                    "alter table vecs.portfolio alter vec type vector;
                     update vecs.portfolio set vec = '[1,2,3]' where id in ('row-00', 'row-01')",
                )
                .await;
            let retriever = world.open(&[]).await.unwrap();
            let found = find(&retriever, Search { limit: 40, ..search("xyzzy") }).await;
            assert_eq!((found.passages.len(), found.degraded.len()), (38, 0));
            assert!(
                found.warnings[0]
                    .starts_with("2 of the rows looked at have vectors of another length than 8"),
                "{:?}",
                found.warnings
            );
            let collection = retriever.collection(&tenant(), PORTFOLIO).await.unwrap();
            assert_eq!(collection.space.unwrap().dimension, 8);
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn metadata_may_be_json_ids_may_be_numbers_vectors_half_as_wide_and_the_extension_elsewhere()
{
    let world = World::of(HNSW, 8).await;
    world
        .run(async |world: &World| {
            world
                .sql(
                    "alter table vecs.portfolio alter metadata drop default, alter metadata type json using metadata::json;
                     alter table vecs.portfolio alter id type bigint using substring(id from 5)::bigint;
                     drop index vecs.ix_vector_cosine_ops_hnsw_m16_efc64_SUFFIX;
                     alter table vecs.portfolio alter vec type halfvec(8);
                     create index half on vecs.portfolio using hnsw (vec halfvec_cosine_ops);
                     create schema extensions; alter extension vector set schema extensions"
                        .replace("ix_vector_cosine_ops_hnsw_m16_efc64_SUFFIX", &index(HNSW))
                        .as_str(),
                )
                .await;
            let retriever = world.open(&[]).await.unwrap();
            let words = "For a billing in Zürich we rewrote the ledger in Rust. It took 2 weeks, \"on time\".";
            let found = find(&retriever, search(words)).await;
            assert!(found.explanation[1].starts_with("dense: index half (hnsw, <=>"), "{found:?}");
            assert_eq!((ids(&found)[0].as_str(), found.degraded.len()), ("0", 0));
            let listed = retriever.documents(&tenant(), PORTFOLIO, &Default::default()).await.unwrap();
            assert_eq!((listed.rows[10].document_id.as_str(), listed.rows.len()), ("10", 40));
            assert!(retriever.document(&tenant(), PORTFOLIO, "no number").await.is_err());
            assert!(retriever.document(&tenant(), PORTFOLIO, "7").await.unwrap().text.contains("bakery"));
            retriever.close().await;
        })
        .await;
}

/// The name that the library gave its index.
fn index(sql: &str) -> String {
    let (_, rest) = sql.split_once("CREATE INDEX ").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn an_address_that_is_no_database_s_is_refused_with_the_one_that_is_needed() {
    for (url, said) in [
        ("https://abc.supabase.co", "is the project's API, and the database URL is needed"),
        ("postgres://", "is no database URL"),
        ("mysql://a@b/c", "is no database URL"),
        ("postgres://a@b:99999/c", "cannot be read"),
        ("secret", "is no database URL"),
    ] {
        let error = read(&[("retrieval.supabase.url", url)]).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("retrieval.supabase.url"), "{error}");
    }
    for (key, value) in [
        ("retrieval.supabase.collection", "No Name"),
        ("retrieval.supabase.max_connections", "0"),
        ("retrieval.supabase.timeout", "0s"),
        ("retrieval.openai.base_url", "ftp://a"),
        ("retrieval.openai.model", " "),
        ("retrieval.openai.timeout", "0s"),
        ("retrieval.openai.dimensions", "99999"),
    ] {
        let url = ("retrieval.supabase.url", "postgres://a@localhost/b");
        let error = read(&[url, ("retrieval.openai.api_key", "k"), (key, value)]).unwrap_err();
        assert!(error.to_string().contains(key), "{error}");
    }
    let fixed = [
        ("retrieval.openai.api_key", "k"),
        ("retrieval.openai.model", "text-embedding-ada-002"),
        ("retrieval.openai.dimensions", "512"),
    ];
    assert!(read(&fixed).unwrap_err().to_string().contains("retrieval.openai.dimensions"));
}
