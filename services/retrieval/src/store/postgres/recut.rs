//! Cuts the words of everything that is stored anew, where a version of the tables asks for it.

use sqlx::Error;
use sqlx::postgres::PgConnection;

use crate::store::postgres::lexemes::Lexemes;
use crate::store::row::column;
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

/// Makes every chunk's words anew, and counts them.
pub(super) async fn recut(link: &mut PgConnection) -> Result<(), Error> {
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
    sqlx::raw_sql(
        "update retrieval.document set words = counted.words
         from (select tenant, collection, document_id, sum(length)::bigint as words
               from retrieval.chunk group by 1, 2, 3) as counted
         where document.tenant = counted.tenant and document.collection = counted.collection
           and document.document_id = counted.document_id;
         update retrieval.collection set words = counted.words
         from (select tenant, collection, sum(words)::bigint as words
               from retrieval.document group by 1, 2) as counted
         where collection.tenant = counted.tenant and collection.collection = counted.collection;
         delete from retrieval.term;
         insert into retrieval.term (tenant, collection, lexeme, chunks)
         select chunk.tenant, chunk.collection, word.lexeme collate \"C\", count(*)
         from retrieval.chunk, unnest(chunk.words) as word (lexeme, positions, weights)
         where word.positions is not null group by 1, 2, 3",
    )
    .execute(link)
    .await?;
    Ok(())
}

async fn next(
    link: &mut PgConnection,
    (tenant, collection, document_id): &(String, String, String),
) -> Result<Option<Stored>, Error> {
    sqlx::query_as(
        "select tenant, collection, document_id, title, text from retrieval.document
         where (tenant, collection, document_id) > ($1, $2, $3)
         order by tenant, collection, document_id limit 1",
    )
    .persistent(false)
    .bind(tenant)
    .bind(collection)
    .bind(document_id)
    .fetch_optional(link)
    .await
}

async fn document(link: &mut PgConnection, stored: &Stored) -> Result<(), Error> {
    let tongue = Tongue::of_text(&format!("{} {}", stored.title, stored.text));
    let mut stems = Stems::new(tongue);
    let title = stems.of(&stored.title);
    let scope = format!("{}/{}", stored.tenant, stored.collection);
    let lexemes = Lexemes { scope: &scope, title: &title.join(" ") };
    let chunks: Vec<(i64, String)> = sqlx::query_as(
        "select ordinal, text from retrieval.chunk
         where tenant = $1 and collection = $2 and document_id = $3",
    )
    .persistent(false)
    .bind(&stored.tenant)
    .bind(&stored.collection)
    .bind(&stored.document_id)
    .fetch_all(&mut *link)
    .await?;
    for (ordinal, text) in chunks {
        let own = stems.of(&text);
        let length = title.len() + own.len();
        sqlx::query(
            "update retrieval.chunk set words = $5::text::tsvector, length = $6
             where tenant = $1 and collection = $2 and document_id = $3 and ordinal = $4",
        )
        .persistent(false)
        .bind(&stored.tenant)
        .bind(&stored.collection)
        .bind(&stored.document_id)
        .bind(ordinal)
        .bind(lexemes.of(&own.join(" ")))
        .bind(column(length))
        .execute(&mut *link)
        .await?;
    }
    note_tongue(link, stored, tongue).await
}

async fn note_tongue(
    link: &mut PgConnection,
    stored: &Stored,
    tongue: Tongue,
) -> Result<(), Error> {
    sqlx::query(
        "update retrieval.collection set tongues = trim(tongues || ' ' || $3)
         where tenant = $1 and collection = $2
           and position(' ' || $3 || ' ' in ' ' || tongues || ' ') = 0",
    )
    .persistent(false)
    .bind(&stored.tenant)
    .bind(&stored.collection)
    .bind(tongue.code())
    .execute(link)
    .await?;
    Ok(())
}
