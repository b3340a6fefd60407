use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::postgres;
use crate::provider::embed;

/// A database with a table of vectors as LlamaIndex makes it, by the model that [`Provider`](crate::Provider) is.
pub async fn vecs_table() -> String {
    let url = postgres::database().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let mut sql = "create schema vecs; create extension vector; create table vecs.portfolio \
         (id varchar primary key, vec vector(1536) not null, metadata jsonb not null default '{}');"
        .to_owned();
    for (id, text) in [
        ("node-ledger", "A ledger for card payments in Rust, with an audit trail."),
        ("node-shop", "A shop for tickets of concerts, with a map of the seats."),
    ] {
        let node = json!({ "id_": id, "text": text, "metadata": {}, "class_name": "TextNode" });
        let metadata = json!({ "_node_type": "TextNode", "_node_content": node.to_string() });
        let vector = json!(embed(text));
        sql += &format!(
            "insert into vecs.portfolio values ('{id}', '{vector}', $json${metadata}$json$);"
        );
    }
    sql += "create index on vecs.portfolio using hnsw (vec vector_cosine_ops);";
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    url
}
