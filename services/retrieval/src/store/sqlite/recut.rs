//! Cuts the words of everything that is stored anew, where a version of the tables asks for it.

use sqlx::Error;
use sqlx::sqlite::SqliteConnection;

use crate::store::row::column;
use crate::store::sqlite::collection;
use crate::store::sqlite::words::Words;
use crate::words::{Stems, Tongue};

/// After how many documents it says how far it came.
const TOLD: usize = 10_000;

#[derive(sqlx::FromRow)]
struct Stored {
    tenant: String,
    collection: String,
    document_id: String,
    title: String,
    text: String,
}

/// Makes every table of words anew.
pub(super) async fn recut(link: &mut SqliteConnection) -> Result<(), Error> {
    let numbers: Vec<i64> =
        sqlx::query_scalar("select number from collection").fetch_all(&mut *link).await?;
    for number in numbers {
        Words(number).drop(link).await?;
        Words(number).create(link).await?;
    }
    let mut last = (String::new(), String::new(), String::new());
    let mut count = 0;
    while let Some(stored) = next(link, &last).await? {
        document(link, &stored).await?;
        count += 1;
        if count % TOLD == 0 {
            tracing::info!(documents = count, "words are cut anew");
        }
        last = (stored.tenant, stored.collection, stored.document_id);
    }
    Ok(())
}

async fn next(
    link: &mut SqliteConnection,
    (tenant, collection, document_id): &(String, String, String),
) -> Result<Option<Stored>, Error> {
    sqlx::query_as(
        "select tenant, collection, document_id, title, text from document
         where (tenant, collection, document_id) > (?, ?, ?)
         order by tenant, collection, document_id limit 1",
    )
    .bind(tenant)
    .bind(collection)
    .bind(document_id)
    .fetch_optional(link)
    .await
}

async fn document(link: &mut SqliteConnection, stored: &Stored) -> Result<(), Error> {
    let tongue = Tongue::of_text(&format!("{} {}", stored.title, stored.text));
    let mut stems = Stems::new(tongue);
    let title = stems.of(&stored.title);
    let number: i64 =
        sqlx::query_scalar("select number from collection where tenant = ? and collection = ?")
            .bind(&stored.tenant)
            .bind(&stored.collection)
            .fetch_one(&mut *link)
            .await?;
    let chunks: Vec<(i64, String)> = sqlx::query_as(
        "select number, text from chunk where tenant = ? and collection = ? and document_id = ?",
    )
    .bind(&stored.tenant)
    .bind(&stored.collection)
    .bind(&stored.document_id)
    .fetch_all(&mut *link)
    .await?;
    let mut words = 0;
    for (chunk, text) in chunks {
        let own = stems.of(&text);
        let length = column(title.len() + own.len());
        words += length;
        sqlx::query("update chunk set length = ? where number = ?")
            .bind(length)
            .bind(chunk)
            .execute(&mut *link)
            .await?;
        Words(number).add(link, chunk, &title.join(" "), &own.join(" ")).await?;
    }
    sqlx::query("update collection set words = words + ? where number = ?")
        .bind(words)
        .bind(number)
        .execute(&mut *link)
        .await?;
    collection::note_tongue(link, &stored.tenant, &stored.collection, tongue).await
}
