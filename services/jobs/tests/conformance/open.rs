use chassis::clock::Clock;
use chassis::config::Database;
use jobs::Error;
use jobs::outbox::Outbox;
use jobs::store::Store;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::world::{World, webhook};

async fn open(world: &World) -> Result<Store, Error> {
    Store::open(&world.database, Clock::default(), Outbox::default()).await
}

pub(crate) async fn a_store_keeps_its_rows_when_it_is_opened_again(mut world: World) {
    let job = world.job().await;
    world.reopen(Some(webhook())).await;
    assert_eq!(world.claim().await[0].held.job_id, job.id);
}

pub(crate) async fn a_newer_store_is_refused(mut world: World) {
    match &world.database {
        Database::Sqlite { folder, .. } => {
            let path = format!("sqlite:{}", folder.join("jobs.db").display());
            let mut connection = SqliteConnection::connect(&path).await.unwrap();
            let newer = sqlx::raw_sql("insert into migration values (99, 0)");
            newer.execute(&mut connection).await.unwrap();
            let other = Database::Sqlite { folder: folder.join("other"), max_connections: 1 };
            let other = Store::open(&other, Clock::default(), Outbox::default()).await.unwrap();
            // The lock goes with the last handle.
            world.store = other;
        }
        Database::Postgres { url, .. } => {
            let mut connection = PgConnection::connect(url.expose()).await.unwrap();
            let newer = sqlx::raw_sql("insert into jobs.migration values (99, 0)");
            newer.execute(&mut connection).await.unwrap();
        }
    }
    let refused = open(&world).await.unwrap_err();
    assert!(matches!(refused, Error::Newer { found: 99, known: 1, .. }), "{refused}");
}

/// The embedded store has one user; a shared one has as many as come, whoever makes the tables.
pub(crate) async fn two_open_at_once(world: World) {
    match &world.database {
        Database::Sqlite { .. } => {
            let refused = open(&world).await.unwrap_err();
            assert!(matches!(refused, Error::InUse(_)), "{refused}");
        }
        Database::Postgres { .. } => {
            let world = World::postgres_twice().await;
            world.job().await;
        }
    }
}

#[tokio::test]
async fn a_file_that_another_tool_holds_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite { folder: folder.path().to_owned(), max_connections: 1 };
    let url = format!("sqlite:{}?mode=rwc", folder.path().join("jobs.db").display());
    let mut tool = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("begin exclusive").execute(&mut tool).await.unwrap();
    let refused = Store::open(&database, Clock::default(), Outbox::default()).await.unwrap_err();
    assert!(matches!(refused, Error::InUse(_)), "{refused:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite { folder: folder.path().to_owned(), max_connections: 1 };
    std::fs::write(folder.path().join("jobs.db"), "no database at all, just a text".repeat(99))
        .unwrap();
    let refused = Store::open(&database, Clock::default(), Outbox::default()).await.unwrap_err();
    assert!(matches!(refused, Error::Broken(_)), "{refused:?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let database = Database::Sqlite { folder: file.join("state"), max_connections: 1 };
    let refused = Store::open(&database, Clock::default(), Outbox::default()).await.unwrap_err();
    assert!(matches!(refused, Error::Unavailable(_)), "{refused:?}");
}
