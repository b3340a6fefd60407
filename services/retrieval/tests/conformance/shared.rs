//! What only the shared store can be: away, somebody else's, opened by many.

use chassis::clock::Clock;
use chassis::config::{Database, Pooler};
use chassis::failure::{Failure, Kind};
use retrieval::{Error, migrate};

use crate::postgres;
use crate::world::{NOTES, World, open, search, tenant};

fn database(url: &str) -> Database {
    let url = url.to_owned().into();
    Database::Postgres { url, direct_url: None, pooler: Pooler::None, max_connections: 4 }
}

fn url(world: &World) -> &str {
    match &world.database {
        Database::Postgres { url, .. } => url.expose(),
        Database::Sqlite { .. } => panic!("it is not shared"),
    }
}

#[tokio::test]
async fn several_processes_share_it() {
    World::postgres(Pooler::None)
        .await
        .run(async |world: &World| {
            let other = world.again().await.unwrap();
            world.put("a", "A text for both.").await;
            let found = other.search(&tenant(), search("both")).await.unwrap();
            assert_eq!(found.passages.len(), 1);
            other.close().await;
        })
        .await;
}

#[tokio::test]
async fn several_processes_start_at_once_on_an_empty_one() {
    let database = database(&postgres::create().await);
    let clock = Clock::default();
    let all = [(); 6].map(|()| open(&database, &clock));
    for retriever in futures_util::future::try_join_all(all).await.unwrap() {
        retriever.close().await;
    }
    let Database::Postgres { url, .. } = &database else { panic!("it is not shared") };
    postgres::drop(url.expose()).await;
}

#[tokio::test]
async fn a_server_that_is_away_or_turns_us_away_is_told() {
    let error = open(&database("postgres://nobody@127.0.0.1:1/none"), &Clock::default())
        .await
        .err()
        .unwrap();
    assert!(matches!(error, Error::Unreachable(_)), "{error}");
    assert_eq!(error.kind(), Kind::Unavailable);
    let url = postgres::create().await;
    postgres::drop(&url).await;
    let error = open(&database(&url), &Clock::default()).await.err().unwrap();
    assert!(matches!(error, Error::NotAdmitted(_)), "{error}");
}

#[tokio::test]
async fn a_lost_connection_is_unavailable_and_the_next_call_has_a_new_one() {
    World::postgres(Pooler::None)
        .await
        .run(async |world: &World| {
            world.put("a", "Some text.").await;
            let (_, name) = url(world).rsplit_once('/').unwrap();
            let all = "select pg_terminate_backend(pid) from pg_stat_activity where datname";
            postgres::run(&format!("{all} = '{name}'")).await;
            // As many calls as there are connections may find one of the lost ones.
            for _ in 0..8 {
                match world.retriever.collection(&tenant(), NOTES).await {
                    Ok(_) => {}
                    Err(error) => assert_eq!(error.kind(), Kind::Unavailable, "{error}"),
                }
            }
            assert_eq!(world.ids("text").await, ["a"]);
        })
        .await;
}

/// The owner makes the tables; who only uses them needs no right to make any.
#[tokio::test]
async fn a_user_without_rights_uses_what_the_owner_made() {
    World::postgres(Pooler::None)
        .await
        .run(async |world: &World| {
            let (server, name) = url(world).rsplit_once('/').unwrap();
            let user = format!("user_of_{name}");
            postgres::run(&format!("create role {user} login")).await;
            let theirs = database(&format!("{}/{name}", server.replace("postgres@", &format!("{user}@"))));
            let error = migrate(&theirs).await.err();
            postgres::run_at(
                url(world),
                &format!(
                    "grant usage on schema retrieval to {user};
                     grant select, insert, update, delete on all tables in schema retrieval to {user}"
                ),
            )
            .await;
            let opened = open(&theirs, &Clock::default()).await;
            if let Ok(retriever) = &opened {
                retriever.put(&tenant(), crate::world::new("a", "Some text.")).await.unwrap();
                retriever.close().await;
            }
            postgres::run_at(url(world), &format!("drop owned by {user}; drop role {user}")).await;
            assert!(matches!(error, Some(Error::NotMigrated { .. })), "{error:?}");
            opened.unwrap();
            assert_eq!(world.ids("text").await, ["a"]);
        })
        .await;
}
