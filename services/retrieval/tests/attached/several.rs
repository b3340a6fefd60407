//! Several tables at once, those that callers attach among them.

use chassis::auth::Tenant;
use chassis::failure::{Failure, Kind};
use retrieval::Retriever;
use retrieval::attachment::{Mapping, TableSource};
use retrieval::collection::Settings;
use retrieval::document::NewDocument;
use retrieval::page::PageRequest;
use retrieval::search::Search;
use serde_json::json;

use crate::postgres;
use crate::world::{World, find, open_on, search, tenant};

const LANGCHAIN: &str = include_str!("recorded/langchain_pgvector.sql");
const PASTED: &str = include_str!("recorded/supabase.sql");

fn table(database: &str, table: &str) -> TableSource {
    let mapping = Mapping { table: table.to_owned(), ..Mapping::default() };
    TableSource { database: database.to_owned(), mapping }
}

fn part(name: &str) -> TableSource {
    let mut source = table("", "langchain_pg_embedding");
    name.clone_into(&mut source.mapping.collection_name);
    source
}

async fn names(retriever: &Retriever) -> Vec<String> {
    let rows = retriever.collections(&tenant(), &PageRequest::default()).await.unwrap().rows;
    rows.into_iter().map(|row| row.collection).collect()
}

#[tokio::test]
async fn the_settings_attach_as_many_as_they_name() {
    let world = World::of(LANGCHAIN, 16).await;
    world
        .run(async |world: &World| {
            let attached = json!({
                "docs": { "url": world.url },
                "one": { "database": "docs", "table": "langchain_pg_embedding", "collection_name": "portfolio" },
                "two": { "database": "docs", "table": "langchain_pg_embedding", "collection_name": "elsewhere" },
            })
            .to_string();
            let none = ("retrieval.supabase.url", "");
            let retriever = world.open(&[none, ("retrieval.attached", &attached)]).await.unwrap();
            assert_eq!(names(&retriever).await, ["one", "two"]);
            let asked = |collection: &str| Search { collection: collection.to_owned(), ..search("brewery") };
            let one = find(&retriever, asked("one")).await.passages;
            let two = find(&retriever, asked("two")).await.passages;
            assert_eq!(two[0].document_id, format!("other-{}", one[0].document_id));
            let error = retriever.detach(&tenant(), "one").await.unwrap_err();
            assert_eq!((error.reason(), error.kind()), ("ATTACHED_BY_SETTINGS", Kind::Conflict));
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn a_caller_attaches_what_every_process_then_reads_and_takes_it_away_again() {
    let world = World::of(LANGCHAIN, 16).await;
    world
        .run(async |world: &World| {
            let [one, other] = [world.open_beside().await, world.open_beside().await];
            let made = one.attach(&tenant(), "chats", part("portfolio")).await.unwrap();
            assert_eq!((made.documents, made.space.unwrap().dimension), (40, 16));
            assert_eq!(names(&other).await, ["chats"]);
            let asked = Search { collection: "chats".to_owned(), ..search("brewery in Basel") };
            let found = find(&other, asked.clone()).await;
            assert_eq!((found.passages.len(), found.dense.as_str()), (10, "hashed/16"));
            let new = NewDocument {
                collection: "chats".to_owned(),
                document_id: "a".to_owned(),
                text: "New.".to_owned(),
                ..NewDocument::default()
            };
            assert_eq!(
                other.put(&tenant(), new).await.unwrap_err().reason(),
                "COLLECTION_READ_ONLY"
            );
            let again = one.attach(&tenant(), "chats", part("elsewhere")).await.unwrap_err();
            assert_eq!(again.reason(), "COLLECTION_EXISTS");
            let made = one
                .create_collection(&tenant(), "chats", "", &Settings::default())
                .await
                .unwrap_err();
            assert_eq!(made.reason(), "COLLECTION_EXISTS");
            one.detach(&tenant(), "chats").await.unwrap();
            let gone = other.search(&tenant(), asked).await.unwrap_err();
            assert_eq!(gone.reason(), "COLLECTION_NOT_FOUND");
            assert_eq!(one.detach(&tenant(), "chats").await.unwrap_err().kind(), Kind::NotFound);
            one.close().await;
            other.close().await;
        })
        .await;
}

#[tokio::test]
async fn beside_the_embedded_store_what_was_attached_is_there_after_a_restart() {
    let world = World::of(LANGCHAIN, 16).await;
    world
        .run(async |world: &World| {
            let attached = json!({ "docs": { "url": world.url } }).to_string();
            let settings = [("retrieval.supabase.url", ""), ("retrieval.attached", &attached)];
            let retriever = world.open(&settings).await.unwrap();
            retriever
                .create_collection(&tenant(), "notes", "", &Settings::default())
                .await
                .unwrap();
            let taken = retriever.attach(&tenant(), "notes", part("portfolio")).await.unwrap_err();
            assert_eq!(taken.reason(), "COLLECTION_EXISTS");
            retriever.attach(&tenant(), "chats", part("portfolio")).await.unwrap();
            retriever.close().await;
            let retriever = world.open(&settings).await.unwrap();
            assert_eq!(names(&retriever).await, ["chats", "notes"]);
            let asked = Search { collection: "chats".to_owned(), ..search("brewery") };
            assert_eq!(find(&retriever, asked).await.passages.len(), 10);
            retriever.detach(&tenant(), "chats").await.unwrap();
            assert_eq!(names(&retriever).await, ["notes"]);
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn nobody_reaches_other_databases_our_own_tables_or_another_tenant_s_names() {
    let world = World::of(PASTED, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open_beside().await;
            for (source, reason, kind) in [
                (table("elsewhere", "documents"), "ATTACHED_NO_DATABASE", Kind::Conflict),
                (table("postgres://a@b/c", "documents"), "ATTACHED_NO_DATABASE", Kind::Conflict),
                (table("", "retrieval.chunk"), "INVALID_TEXT", Kind::Invalid),
                (table("", "pg_catalog.pg_class"), "INVALID_TEXT", Kind::Invalid),
                (table("", "chunk"), "ATTACHED_MISSING", Kind::Conflict),
                (table("", "documents; drop table documents"), "ATTACHED_MISSING", Kind::Conflict),
                (table("", "a\0b"), "INVALID_TEXT", Kind::Invalid),
            ] {
                let error = retriever.attach(&tenant(), "a", source).await.unwrap_err();
                assert_eq!((error.reason(), error.kind()), (reason, kind), "{error}");
            }
            let other = Tenant::new("other").unwrap();
            let error = retriever.attach(&other, "a", table("", "documents")).await.unwrap_err();
            assert_eq!((error.reason(), error.kind()), ("ATTACH_DENIED", Kind::Denied));
            let error = retriever.tables(&other, "").await.unwrap_err();
            assert_eq!(error.reason(), "ATTACH_DENIED");
            retriever.attach(&tenant(), "a", table("", "documents")).await.unwrap();
            let error = retriever.collection(&other, "a").await.unwrap_err();
            assert_eq!(error.reason(), "COLLECTION_NOT_FOUND");
            assert_eq!(names(&retriever).await, ["a"]);
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn what_could_be_attached_is_listed_with_its_layout() {
    let world = World::of(LANGCHAIN, 16).await;
    world
        .run(async |world: &World| {
            world.sql("create table public.odd (key text, v vector(3))").await;
            let retriever = world.open_beside().await;
            let seen = retriever.tables(&tenant(), "").await.unwrap();
            let told: Vec<_> = seen
                .iter()
                .map(|seen| (seen.table.as_str(), seen.dimension, seen.problem.as_str()))
                .collect();
            let odd = "its columns (key, v) fit no layout that is known";
            assert_eq!(told, [("langchain_pg_embedding", None, ""), ("odd", None, odd)]);
            assert_eq!(seen[0].collections, ["elsewhere", "portfolio"]);
            retriever.close().await;
        })
        .await;
}

/// What our own database lacks is no matter to a table in another.
#[tokio::test]
async fn beside_a_store_without_pgvector_a_table_elsewhere_is_searched_by_its_vectors() {
    let world = World::of(LANGCHAIN, 16).await;
    let own = postgres::create().await;
    let name = own.rsplit_once('/').unwrap().1;
    let owner = format!("plain_{name}");
    let role = format!(
        "drop extension if exists vector; create role {owner} login;
         grant create on database {name} to {owner}"
    );
    postgres::run_at(&own, &role).await;
    world
        .run(async |world: &World| {
            let attached = json!({ "docs": { "url": world.url } }).to_string();
            let settings = [("retrieval.supabase.url", ""), ("retrieval.attached", &attached)];
            let config = world.settings(&settings).unwrap();
            let url = own.replace("postgres@", &format!("{owner}@"));
            let retriever = open_on(&url, &config).await;
            let source = TableSource { database: "docs".to_owned(), ..part("portfolio") };
            retriever.attach(&tenant(), "chats", source).await.unwrap();
            let asked = |collection: &str| Search {
                collection: collection.to_owned(),
                ..search("brewery in Basel")
            };
            let found = find(&retriever, asked("chats")).await;
            assert_eq!((found.dense.as_str(), found.degraded.len()), ("hashed/16", 0), "{found:?}");
            retriever
                .create_collection(&tenant(), "notes", "", &Settings::default())
                .await
                .unwrap();
            let found = find(&retriever, asked("notes")).await;
            assert!(found.degraded[0].contains("has no pgvector"), "{found:?}");
            retriever.close().await;
        })
        .await;
    let gone = format!("drop owned by {owner} cascade; drop role {owner}");
    postgres::run_at(&own, &gone).await;
    postgres::drop(&own).await;
}
