//! Filters on the JSON of a table: what they leave is what our own stores would leave.

use retrieval::search::{Mode, Search};

use crate::table::{documents, rows};
use crate::world::{World, find, ids, search};

const TABLE: &str = "create schema vecs;
    create extension if not exists vector with schema public;
    create table vecs.portfolio (
      id varchar primary key, vec public.vector(8) not null, metadata jsonb not null default '{}');";

#[tokio::test]
async fn every_filter_leaves_its_rows() {
    let mut sql = TABLE.to_owned();
    for (at, (id, mut metadata)) in documents().into_iter().enumerate() {
        metadata["text"] = format!("A text called {id}.").into();
        let metadata = metadata.to_string().replace('\'', "''");
        sql += &format!(
            "insert into vecs.portfolio values ('{id}', '[{},1,1,1,1,1,1,1]', '{metadata}');",
            at + 1
        );
    }
    World::of(&sql, 8)
        .await
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            for (filter, expected) in rows() {
                for mode in [Mode::Keyword, Mode::Dense] {
                    let search =
                        Search { filter: filter.clone(), limit: 200, mode, ..search("text") };
                    let mut found = ids(&find(&retriever, search).await);
                    found.sort();
                    assert_eq!(found, expected, "{mode:?} {filter:?}");
                }
            }
            retriever.close().await;
        })
        .await;
}
