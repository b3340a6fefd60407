//! What only the embedded store can be: locked, read-only, damaged.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use chassis::clock::Clock;
use chassis::config::Database;
use retrieval::{Error, Retriever};
use sqlx::{Connection, SqliteConnection};

use crate::world::{World, open};

fn database(folder: &Path) -> Database {
    Database::Sqlite { folder: folder.to_owned(), max_connections: 2 }
}

async fn refused(folder: &Path) -> Error {
    open(&database(folder), &Clock::default()).await.err().unwrap()
}

async fn made(folder: &Path) -> Retriever {
    open(&database(folder), &Clock::default()).await.unwrap()
}

#[tokio::test]
async fn a_second_process_is_refused() {
    World::sqlite()
        .await
        .run(async |world: &World| {
            let error = world.again().await.err().unwrap();
            assert!(
                matches!(&error, Error::InUse(path) if path.ends_with("retrieval.db")),
                "{error}"
            );
            assert!(error.to_string().contains("is in use by another process; stop that one"));
            world.put("a", "The first one goes on.").await;
        })
        .await;
}

#[tokio::test]
async fn the_folder_is_made() {
    let folder = tempfile::tempdir().unwrap();
    made(&folder.path().join("a/b")).await.close().await;
    assert!(folder.path().join("a/b/retrieval.db").is_file());
}

#[tokio::test]
async fn a_file_that_another_program_holds_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path()).await.close().await;
    let path = format!("sqlite:{}", folder.path().join("retrieval.db").display());
    let mut holder = SqliteConnection::connect(&path).await.unwrap();
    let hold = sqlx::raw_sql("pragma locking_mode = exclusive; begin exclusive");
    hold.execute(&mut holder).await.unwrap();
    let error = refused(folder.path()).await;
    assert!(matches!(error, Error::InUse(_)), "{error}");
    holder.close().await.unwrap();
    made(folder.path()).await.close().await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("retrieval.db");
    let content = "this is a letter to my aunt\n".repeat(400);
    fs::write(&file, &content).unwrap();
    let error = refused(folder.path()).await;
    assert!(matches!(error, Error::Corrupt(_)), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), content);
}

#[tokio::test]
async fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path()).await.close().await;
    let file = folder.path().join("retrieval.db");
    let mut content = fs::read(&file).unwrap();
    content[100..4096].fill(0xa5);
    fs::write(&file, content).unwrap();
    let error = refused(folder.path()).await;
    assert!(matches!(error, Error::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn a_folder_that_is_a_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    fs::write(&file, "").unwrap();
    let error = refused(&file).await;
    assert!(matches!(error, Error::ReadOnly(_)), "{error}");
}

#[tokio::test]
async fn a_read_only_file_or_folder_is_refused() {
    if !obeys_permissions("embedded::a_read_only_file_or_folder_is_refused") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let set =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let file = folder.path().join("retrieval.db");
    made(folder.path()).await.close().await;
    set(&file, 0o444);
    let error = refused(folder.path()).await;
    assert!(matches!(error, Error::ReadOnly(_)), "{error}");
    assert!(error.to_string().contains("cannot be written; check the permissions"));
    set(&file, 0o644);
    set(folder.path(), 0o555);
    let error = refused(folder.path()).await;
    assert!(matches!(error, Error::ReadOnly(_)), "{error}");
    let error = refused(&folder.path().join("inner")).await;
    assert!(matches!(error, Error::ReadOnly(_)), "{error}");
    set(folder.path(), 0o755);
    made(folder.path()).await.close().await;
}

/// Permissions do not bind root: it runs the test again as nobody in particular, and is done.
fn obeys_permissions(test: &str) -> bool {
    let probe = tempfile::tempdir().unwrap();
    fs::set_permissions(probe.path(), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(probe.path().join("file"), "").is_err() {
        return true;
    }
    // The test program may lie where nobody may look.
    let program = tempfile::tempdir().unwrap();
    fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let copy = program.path().join("test");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    let again =
        Command::new(copy).args([test, "--exact"]).current_dir("/").uid(65534).gid(65534).output();
    let again = again.unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(again.status.success() && said.contains("1 passed"), "{said}");
    false
}
