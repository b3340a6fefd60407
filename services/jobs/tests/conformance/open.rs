use chassis::clock::Clock;
use chassis::config::Database;
use chassis::secret::Secret;
use jobs::Error;
use jobs::outbox::Outbox;
use jobs::store::{Lane, NewJob, Store};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::world::{LEASE, TERMS, World, address, new_job, webhook};

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
    assert!(matches!(refused, Error::Newer { found: 99, known: 2, .. }), "{refused}");
}

/// What the first version wrote: a job that waits, and a delivery that is owed.
const FIRST_ROWS: &str = "
    insert into job (id, tenant, flow, flow_version, state, input, callback_url, callback_origin, priority,
        run_at, deadline_at, traceparent, accept_span_id, received_at, created_at, last_seq)
      values ('job_1', 'default', 'f', 'v', 'queued', '{}', 'http://a.test/', 'http://a.test', 0,
        0, 9000000000000000, '00-1', 's', 0, 0, 1),
        ('job_2', 'default', 'f', 'v', 'succeeded', '{}', 'http://a.test/', 'http://a.test', 0,
        0, 0, '00-1', 's', 0, 0, 1);
    update job set finished_at = 1 where id = 'job_2';
    insert into delivery (id, tenant, job_id, url, origin, type, body, state, since, next_at, traceparent, created_at)
      values ('dlv_1', 'default', 'job_2', 'http://a.test/', 'http://a.test', 'job.succeeded', '{}', 'pending',
        0, 0, '00-1', 0);
    create table migration (number MIGRATION primary key, applied_at MIGRATION not null);
    insert into migration values (1, 0);";

async fn write_first_version(database: &Database) {
    match database {
        Database::Sqlite { folder, .. } => {
            std::fs::create_dir_all(folder).unwrap();
            let path = format!("sqlite:{}?mode=rwc", folder.join("jobs.db").display());
            let mut connection = SqliteConnection::connect(&path).await.unwrap();
            let tables = include_str!("../../migrations/0001_jobs.sqlite.sql");
            let rows = FIRST_ROWS.replace("MIGRATION", "integer").replace("'{}'", "x'7b7d'");
            let script = AssertSqlSafe(format!("{tables}\n{rows}"));
            sqlx::raw_sql(script).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
        Database::Postgres { url, .. } => {
            let mut connection = PgConnection::connect(url.expose()).await.unwrap();
            let tables = include_str!("../../migrations/0001_jobs.postgres.sql");
            let rows = FIRST_ROWS.replace("MIGRATION", "bigint");
            let script = format!(
                "create schema jobs; {tables}\nset search_path = jobs; {rows} set search_path = public;"
            );
            sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await.unwrap();
        }
    }
}

pub(crate) async fn a_store_of_the_first_version_is_brought_up_to_date_with_its_rows(world: World) {
    let folder = tempfile::tempdir().unwrap();
    let database = match &world.database {
        Database::Sqlite { max_connections, .. } => {
            let (folder, max_connections) = (folder.path().join("first"), *max_connections);
            Database::Sqlite { folder, max_connections }
        }
        Database::Postgres { direct_url, pooler, max_connections, .. } => {
            let url: Secret = crate::postgres::database().await.into();
            let direct_url = direct_url.as_ref().map(|_| url.clone());
            let (pooler, max_connections) = (*pooler, *max_connections);
            Database::Postgres { url, direct_url, pooler, max_connections }
        }
    };
    write_first_version(&database).await;
    let outbox = Outbox::new(Some(webhook()));
    let store = Store::open(&database, Clock::default(), outbox).await.unwrap();
    let claims = store.claim(10, TERMS).await.unwrap();
    assert_eq!(claims[0].held.job_id, "job_1");
    let owed = store.claim_deliveries(Lane::First, 10, &[], LEASE, |_| true).await.unwrap();
    assert_eq!((owed[0].held.id.as_str(), &owed[0].callback_auth), ("dlv_1", &None));
    let (callback, callback_auth) = (Some(address("http://b.test")), Some(vec![1]));
    store.accept(&NewJob { callback, callback_auth, ..new_job() }).await.unwrap();
    store.close().await;
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
