//! A store of the first version, whose words were stemmed by the store itself, is cut anew.

use chassis::clock::Clock;
use chassis::config::{Database, Pooler};
use sqlx::{Connection, SqliteConnection};

use crate::postgres;
use crate::world::{ids, open, search, tenant};

const SQLITE: &str = include_str!("../../migrations/sqlite/0001_collections.sql");
const POSTGRES: &str = include_str!("../../migrations/postgres/0001_collections.sql");

#[tokio::test]
async fn an_embedded_store_of_the_first_version_is_searched_by_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("sqlite:{}?mode=rwc", folder.path().join("retrieval.db").display());
    let mut link = SqliteConnection::connect(&path).await.unwrap();
    let rows = "
        create table migration (number integer primary key, applied_at integer not null) strict;
        insert into migration values (1, 0);
        insert into collection (tenant, collection, description, documents, chunks, text_bytes, created_at, updated_at)
        values ('default', 'notes', '', 1, 1, 61, 0, 0);
        insert into document values ('default', 'notes', 'a', 1, '', 1, 61, 0, 0, 'Titel', '',
          'Die Wohnungen in der Stadt werden von der Verwaltung vergeben');
        insert into chunk values (1, 'default', 'notes', 'a', 0, 0, 61,
          'Die Wohnungen in der Stadt werden von der Verwaltung vergeben');
        create virtual table words_1 using fts5 (title, text, content = '', contentless_delete = 1,
          tokenize = 'porter unicode61');";
    sqlx::raw_sql(SQLITE).execute(&mut link).await.unwrap();
    sqlx::raw_sql(rows).execute(&mut link).await.unwrap();
    link.close().await.unwrap();
    let database = Database::Sqlite { folder: folder.path().to_owned(), max_connections: 2 };
    is_cut_anew(&database).await;
}

#[tokio::test]
async fn a_shared_store_of_the_first_version_is_searched_by_its_words() {
    let url = postgres::create().await;
    let rows = "
        insert into retrieval.migration (number) values (1);
        insert into retrieval.collection values ('default', 'notes', '', 1, 1, 61, 9, 0, 0);
        insert into retrieval.document values ('default', 'notes', 'a', 1, '', 1, 61, 9, 0, 0, 'Titel', '',
          'Die Wohnungen in der Stadt werden von der Verwaltung vergeben');
        insert into retrieval.chunk values ('default', 'notes', 'a', 0, 0, 61, 9,
          to_tsvector('retrieval.words', 'wohnungen'),
          'Die Wohnungen in der Stadt werden von der Verwaltung vergeben');";
    let begin = "create schema retrieval; create table retrieval.migration
        (number bigint primary key, applied_at timestamptz not null default clock_timestamp());";
    postgres::run_at(&url, begin).await;
    postgres::run_at(&url, POSTGRES).await;
    postgres::run_at(&url, rows).await;
    let database = Database::Postgres {
        url: url.clone().into(),
        direct_url: None,
        pooler: Pooler::None,
        max_connections: 2,
    };
    is_cut_anew(&database).await;
    postgres::drop(&url).await;
}

async fn is_cut_anew(database: &Database) {
    let retriever = open(database, &Clock::default()).await.unwrap();
    let found = retriever.search(&tenant(), search("Wohnung")).await.unwrap();
    assert_eq!(ids(&found), ["a"]);
    retriever.close().await;
}
