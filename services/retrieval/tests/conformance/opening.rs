use chassis::config::Database;
use retrieval::collection::{Change, Chunking, Settings};
use retrieval::{Error, migrate};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::postgres;
use crate::world::{NOTES, World, tenant};

/// Runs statements on the rows of a store, past the store.
pub(crate) async fn run(database: &Database, sqlite: &str, postgres: &str) {
    match database {
        Database::Sqlite { folder, .. } => {
            let path = format!("sqlite:{}", folder.join("retrieval.db").display());
            let mut connection = SqliteConnection::connect(&path).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(sqlite)).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
        Database::Postgres { url, .. } => postgres::run_at(url.expose(), postgres).await,
    }
}

pub(crate) async fn rows_survive_a_restart(world: &World) {
    world.put_with("a", "A text that stays.", r#"{"k":1}"#).await;
    let before = world.search("stays").await;
    world.retriever.close().await;
    let again = world.again().await.unwrap();
    let search = crate::world::search("stays");
    assert_eq!(again.search(&tenant(), search).await.unwrap(), before);
    assert_eq!(again.document(&tenant(), NOTES, "a").await.unwrap().version, 1);
    again.close().await;
}

pub(crate) async fn tables_are_made_once(world: &World) {
    world.put("a", "Some text.").await;
    world.retriever.close().await;
    for _ in 0..2 {
        migrate(&world.database).await.unwrap();
    }
    let again = world.again().await.unwrap();
    assert_eq!(again.collection(&tenant(), NOTES).await.unwrap().documents, 1);
    again.close().await;
}

pub(crate) async fn a_newer_store_is_refused(world: &World) {
    world.retriever.close().await;
    let sqlite = "insert into migration (number, applied_at) values (99, 0)";
    run(&world.database, sqlite, "insert into retrieval.migration (number) values (99)").await;
    let refused = world.again().await.err().unwrap();
    assert!(matches!(refused, Error::Newer { found: 99, .. }), "{refused}");
    let refused = migrate(&world.database).await.unwrap_err();
    assert!(matches!(refused, Error::Newer { .. }), "{refused}");
}

pub(crate) async fn settings_hold_for_what_is_put_from_then_on(world: &World) {
    let text = "A sentence of fifty characters, more or less long. ".repeat(15);
    let before = world.put("a", &text).await.document;
    let settings = [("retrieval.chunk_size", "120"), ("retrieval.chunk_overlap", "0")];
    let retriever = world.reopen(&settings).await;
    let same = retriever.put(&tenant(), crate::world::new("a", &text)).await.unwrap().document;
    assert_eq!(same, before);
    let new = retriever.put(&tenant(), crate::world::new("b", &text)).await.unwrap().document;
    assert!((before.chunks, new.chunks) == (1, 8), "{} {}", before.chunks, new.chunks);
    let chunking = Some(Chunking { tokens: Some(40), overlap: Some(0), by: None });
    let settings = Settings { chunking };
    let change = Change { settings, ..Change::default() };
    retriever.update_collection(&tenant(), NOTES, &change).await.unwrap();
    let own = retriever.put(&tenant(), crate::world::new("c", &text)).await.unwrap().document;
    assert_eq!(own.chunks, 5);
    retriever.close().await;
}
