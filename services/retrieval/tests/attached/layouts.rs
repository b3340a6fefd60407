//! What every library's table can do: one table of behaviours, held against each layout.

use chassis::failure::{Failure, Kind};
use retrieval::page::PageRequest;
use retrieval::search::{Mode, Search};

use crate::world::{PORTFOLIO, World, equals, find, search, tenant};

/// A layout: its statements, its table, the columns of text, metadata and vectors, and how it is
/// told which rows count.
struct Known {
    sql: &'static str,
    layout: &'static str,
    table: &'static str,
    columns: [&'static str; 3],
    part: &'static str,
}

macro_rules! known {
    ($file:literal, $layout:literal, $table:literal, $columns:expr, $part:literal) => {
        Known {
            sql: include_str!(concat!("recorded/", $file, ".sql")),
            layout: $layout,
            table: $table,
            columns: $columns,
            part: $part,
        }
    };
}

const LAYOUTS: [Known; 6] = [
    known!(
        "llamaindex_postgres",
        "llamaindex-postgres",
        "public.data_portfolio",
        ["text", "metadata_", "embedding"],
        ""
    ),
    known!(
        "langchain_pgvector",
        "langchain-pgvector",
        "public.langchain_pg_embedding",
        ["document", "cmetadata", "embedding"],
        "portfolio"
    ),
    known!(
        "langchain_community",
        "langchain-pgvector",
        "public.langchain_pg_embedding",
        ["document", "cmetadata", "embedding"],
        ""
    ),
    known!(
        "langchain_postgres",
        "langchain-postgres",
        "public.portfolio",
        ["content", "langchain_metadata", "embedding"],
        ""
    ),
    known!("supabase", "supabase", "public.documents", ["content", "metadata", "embedding"], ""),
    known!(
        "n8n_pgvector_collection",
        "n8n-pgvector",
        "public.n8n_vectors",
        ["text", "metadata", "embedding"],
        "portfolio"
    ),
];

async fn on_each(behaviour: impl AsyncFn(&World, &Known)) {
    for known in &LAYOUTS {
        let world = World::of(known.sql, 16).await;
        world.run(async |world: &World| behaviour(world, known).await).await;
    }
}

#[tokio::test]
async fn rows_are_documents() {
    on_each(async |world, known| {
        let part = [("retrieval.supabase.collection_name", known.part)];
        let retriever = world.open(&part).await.unwrap();
        let collection = retriever.collection(&tenant(), PORTFOLIO).await.unwrap();
        assert_eq!(collection.documents, 40, "{}", known.layout);
        let attached = collection.attached.unwrap();
        assert_eq!((attached.table.as_str(), attached.problem.as_str()), (known.table, ""));
        let page = PageRequest { size: 30, token: String::new() };
        let first = retriever.documents(&tenant(), PORTFOLIO, &page).await.unwrap();
        let page = PageRequest { size: 30, token: first.next_token };
        let rest = retriever.documents(&tenant(), PORTFOLIO, &page).await.unwrap();
        assert_eq!((first.rows.len(), rest.rows.len()), (30, 10));
        let id = &rest.rows[9].document_id;
        let document = retriever.document(&tenant(), PORTFOLIO, id).await.unwrap();
        assert!(document.text.starts_with("For a "), "{document:?}");
        assert!(document.metadata.contains("\"city\"") && !document.metadata.contains("_node_"));
        let none = retriever.document(&tenant(), PORTFOLIO, "no such id").await.unwrap_err();
        assert_eq!(none.kind(), Kind::NotFound);
        retriever.close().await;
    })
    .await;
}

#[tokio::test]
async fn both_legs_search_and_filters_hold() {
    on_each(async |world, known| {
        let part = [("retrieval.supabase.collection_name", known.part)];
        let retriever = world.open(&part).await.unwrap();
        for mode in [Mode::Keyword, Mode::Dense, Mode::Hybrid] {
            let filter = equals("city", "Basel");
            let asked =
                search("For a brewery in Basel we rewrote the ledger in Rust. It took 6 weeks");
            let found = find(&retriever, Search { mode, filter, limit: 40, ..asked }).await;
            let first = &found.passages[0].text;
            assert!(first.starts_with("For a brewery in Basel we rewrote"), "{mode:?}: {found:?}");
            let is_in_basel = |text: &str| text.contains("in Basel");
            assert!(found.passages.iter().all(|passage| is_in_basel(&passage.text)));
            assert_eq!((found.passages.len(), found.degraded.len()), (26, 0), "{mode:?}");
        }
        retriever.close().await;
    })
    .await;
}

#[tokio::test]
async fn rows_without_text_or_metadata_or_vector_cost_no_other() {
    on_each(async |world, known| {
        let Known { table, columns: [text, metadata, vector], .. } = known;
        let changed = format!(
            "alter table {table} alter {text} drop not null;
             alter table {table} alter {vector} drop not null;
             update {table} set {text} = null, {metadata} = null, {vector} = null
               where {text} like '%harbour%';
             update {table} set {metadata} = null where {text} like '%brewery in Basel%'"
        );
        world.sql(&changed).await;
        let part = [("retrieval.supabase.collection_name", known.part)];
        let retriever = world.open(&part).await.unwrap();
        let found = find(&retriever, Search { limit: 40, ..search("brewery in Basel") }).await;
        assert_eq!((found.degraded.len(), found.passages.len()), (0, 35), "{found:?}");
        assert!(found.passages[0].text.contains("brewery in Basel"), "{found:?}");
        let all = retriever.documents(&tenant(), PORTFOLIO, &PageRequest::default()).await.unwrap();
        assert_eq!(all.rows.len(), 40);
        retriever.close().await;
    })
    .await;
}

#[tokio::test]
async fn one_that_does_not_fit_the_model_is_refused_and_one_that_goes_away_is_told() {
    on_each(async |world, known| {
        let part = ("retrieval.supabase.collection_name", known.part);
        let model = ("retrieval.openai.model", "text-embedding-3-small");
        let error = world.open(&[part, model]).await.err().unwrap();
        assert_eq!((error.reason(), error.is_configured()), ("ATTACHED_DIMENSION", true));
        let retriever = world.open(&[part]).await.unwrap();
        find(&retriever, search("brewery")).await;
        world.sql(&format!("drop table {} cascade", known.table)).await;
        let error = retriever.search(&tenant(), search("brewery")).await.unwrap_err();
        assert_eq!((error.reason(), error.kind()), ("ATTACHED_CHANGED", Kind::Unavailable));
        retriever.close().await;
    })
    .await;
}

#[tokio::test]
async fn one_that_may_not_be_read_says_what_to_grant() {
    on_each(async |world, known| {
        world.sql("drop role if exists reader; create role reader login").await;
        let url = world.url.replace("postgres@", "reader@");
        let part = ("retrieval.supabase.collection_name", known.part);
        let table = ("retrieval.supabase.table", known.table);
        let error =
            world.open(&[part, table, ("retrieval.supabase.url", &url)]).await.err().unwrap();
        assert_eq!(error.reason(), "ATTACHED_DENIED");
        assert!(
            error.to_string().contains(&format!("grant select on {} to", known.table)),
            "{error}"
        );
        world.sql("drop role reader").await;
    })
    .await;
}

#[tokio::test]
async fn of_several_collections_in_a_table_one_must_be_named() {
    let world = World::of(LAYOUTS[1].sql, 16).await;
    world
        .run(async |world: &World| {
            let error = world.open(&[]).await.err().unwrap();
            assert_eq!(error.reason(), "ATTACHED_COLLECTIONS");
            let said = "these collections of its own: elsewhere, portfolio; name one in retrieval.supabase.collection_name";
            assert!(error.to_string().contains(said), "{error}");
            let all = [("retrieval.supabase.collection_name", "*")];
            let retriever = world.open(&all).await.unwrap();
            assert_eq!(retriever.collection(&tenant(), PORTFOLIO).await.unwrap().documents, 80);
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn a_table_of_nobody_s_is_read_by_the_columns_that_are_named() {
    let world = World::of(LAYOUTS[4].sql, 16).await;
    world
        .run(async |world: &World| {
            world
                .sql(
                    "create table \"My \"\"Notes\" as select id::text || '\"x' as key,
                       content as \"the Body\", embedding as v, metadata::json as m from documents",
                )
                .await;
            let table = ("retrieval.supabase.table", "My \"Notes");
            assert_eq!(world.open(&[table]).await.err().unwrap().reason(), "ATTACHED_SHAPE");
            let columns = r#"{"id": "key", "text": "the Body", "metadata": "m", "vector": "v"}"#;
            let columns = ("retrieval.supabase.columns", columns);
            let product = ("retrieval.supabase.operator", "product");
            let retriever = world.open(&[table, columns, product]).await.unwrap();
            let filter = equals("city", "Basel");
            let found = find(&retriever, Search { filter, ..search("brewery ledger") }).await;
            assert!(found.passages[0].document_id.ends_with("\"x"), "{found:?}");
            assert_eq!(found.degraded.len(), 0);
            let attached = retriever.collection(&tenant(), PORTFOLIO).await.unwrap().attached;
            assert_eq!(attached.unwrap().operator, "<#>");
            retriever.close().await;
        })
        .await;
}
