//! What a library finds in its own table, we find there, too: the same rows, texts and order.

use std::collections::HashMap;
use std::path::Path;

use retrieval::search::{Filter, Mode, Scalar, Search, Test};
use serde_json::Value;

use crate::openai::{OpenAi, embed};
use crate::world::{World, find, rows, search};

/// A table as it was recorded: its statements, and what its library found.
macro_rules! recorded {
    ($name:literal) => {
        (
            include_str!(concat!("recorded/", $name, ".sql")),
            include_str!(concat!("recorded/", $name, ".json")),
        )
    };
}

async fn agrees((sql, said): (&str, &str), how: &str) {
    let said: Value = serde_json::from_str(said).unwrap();
    let dimension = said["dimension"].as_u64().unwrap() as usize;
    let world = World::of(sql, dimension).await;
    world.run(async |world: &World| agree(world, &said, how).await).await;
}

async fn agree(world: &World, said: &Value, how: &str) {
    let settings: HashMap<String, String> =
        serde_json::from_value(said["settings"].clone()).unwrap();
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let retriever = world.open(&settings).await.unwrap();
    for case in said["queries"].as_array().unwrap() {
        let filter = case["filter"].as_object().unwrap().iter().map(|(field, value)| {
            let number = value.as_f64().map(Scalar::Number);
            let equals = number.unwrap_or_else(|| Scalar::Text(value.as_str().unwrap().to_owned()));
            Filter::Field { field: field.clone(), test: Test::Equals(Some(equals)) }
        });
        let search = Search {
            mode: Mode::Dense,
            filter: Filter::All(filter.collect()),
            ..search(case["query"].as_str().unwrap())
        };
        let found = find(&retriever, search).await;
        let theirs: Vec<(String, String)> = serde_json::from_value(case["found"].clone()).unwrap();
        assert_eq!(rows(&found), theirs, "{case}");
        assert!(found.explanation.concat().contains(how) || !case["filter"].is_null(), "{found:?}");
        assert_eq!((found.under_returned.as_str(), found.degraded.len()), ("", 0));
    }
    retriever.close().await;
}

#[tokio::test]
async fn llamaindex() {
    agrees(recorded!("llamaindex"), "no vector index: exact scan").await;
}

#[tokio::test]
async fn vecs_without_an_index() {
    agrees(recorded!("vecs_exact"), "no vector index: exact scan").await;
}

#[tokio::test]
async fn vecs_with_a_graph_of_cosines() {
    agrees(recorded!("vecs_hnsw"), "(hnsw, <=>, ef_search 100)").await;
}

#[tokio::test]
async fn vecs_with_a_graph_of_distances() {
    agrees(recorded!("vecs_hnsw_l2"), "(hnsw, <->, ef_search 100)").await;
}

#[tokio::test]
async fn vecs_with_a_graph_of_products() {
    agrees(recorded!("vecs_hnsw_product"), "(hnsw, <#>, ef_search 100)").await;
}

#[tokio::test]
async fn vecs_with_lists() {
    agrees(recorded!("vecs_ivfflat"), "(ivfflat, <=>, 10 of 30 lists)").await;
}

#[tokio::test]
async fn llamaindex_on_postgres() {
    agrees(recorded!("llamaindex_postgres"), "no vector index: exact scan").await;
}

#[tokio::test]
async fn llamaindex_on_postgres_with_a_graph() {
    agrees(recorded!("llamaindex_postgres_hnsw"), "(hnsw, <=>, ef_search 100)").await;
}

#[tokio::test]
async fn langchain() {
    agrees(recorded!("langchain_pgvector"), "no vector index: exact scan").await;
}

#[tokio::test]
async fn langchain_of_its_community() {
    agrees(recorded!("langchain_community"), "no vector index: exact scan").await;
}

#[tokio::test]
async fn langchain_with_columns_of_one_s_own() {
    agrees(recorded!("langchain_postgres"), "(hnsw, <=>, ef_search 100)").await;
}

#[tokio::test]
async fn langchain_by_distances() {
    agrees(recorded!("langchain_postgres_l2"), "(hnsw, <->, ef_search 100)").await;
}

#[tokio::test]
async fn what_is_pasted_into_supabase() {
    agrees(recorded!("supabase"), "no vector index: exact scan").await;
}

#[tokio::test]
async fn n8n() {
    agrees(recorded!("n8n_pgvector"), "no vector index: exact scan").await;
}

#[tokio::test]
async fn n8n_with_collections() {
    agrees(recorded!("n8n_pgvector_collection"), "no vector index: exact scan").await;
}

/// The tables that `make compat` has just made.
#[tokio::test]
#[ignore = "needs the libraries: make compat"]
#[allow(clippy::disallowed_methods, reason = "a test has no configuration")]
#[allow(clippy::print_stdout, reason = "who runs it wants to know what was compared")]
async fn every_library_that_is_here() {
    let folder = std::env::var("THROUGHLINE_TEST_COMPAT").unwrap();
    let files = std::fs::read_dir(Path::new(&folder)).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    names.sort();
    for name in names {
        let said: Value = serde_json::from_slice(&std::fs::read(&name).unwrap()).unwrap();
        let dimension = said["dimension"].as_u64().unwrap() as usize;
        for case in said["queries"].as_array().unwrap() {
            let theirs: Vec<f64> = serde_json::from_value(case["vector"].clone()).unwrap();
            assert_eq!(embed(case["query"].as_str().unwrap(), dimension), theirs);
        }
        let world = World::at(said["url"].as_str().unwrap(), OpenAi::start(dimension).await);
        agree(&world, &said, "").await;
        println!("{}: as its library finds it", name.display());
    }
}
