use chassis::auth::Tenant;
use chassis::clock::Time;
use serde_json::json;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::collection::Settings;
use crate::document::{Outcome, Put};
use crate::prepare::Prepared;
use crate::store::row::{SpaceRow, column};
use crate::store::sqlite::collection::{self, Change};
use crate::store::sqlite::facts;
use crate::store::sqlite::words::Words;
use crate::store::sqlite::{space, vector};

/// Whose document it is: what all steps of a put have in common.
struct Putting<'a> {
    link: &'a mut SqliteConnection,
    tenant: &'a Tenant,
    prepared: &'a Prepared,
    now: Time,
}

/// The version that is there.
#[derive(sqlx::FromRow)]
struct Stored {
    version: i64,
    content_hash: String,
    chunks: i64,
    text_bytes: i64,
    created_at: i64,
    updated_at: i64,
}

/// Stores a document in place of an older version, in the link's transaction.
pub(super) async fn put(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    prepared: &Prepared,
    now: Time,
) -> Result<Option<Put>, Error> {
    let mut putting = Putting { link, tenant, prepared, now };
    let stored = putting.stored().await?;
    if let Some(stored) = &stored
        && stored.content_hash == prepared.content_hash
        && putting.is_embedded().await?
    {
        let times = (Time::from_micros(stored.created_at), Time::from_micros(stored.updated_at));
        let document = prepared.stored(stored.version, stored.chunks, times);
        return Ok(Some(Put { document, outcome: Outcome::Unchanged }));
    }
    let words = putting.collection().await?;
    match space::take(putting.link, tenant, prepared, now).await? {
        Some(spaces) => putting.replace(stored, words, &spaces).await.map(Some),
        None => Ok(None),
    }
}

/// What replacing a document makes of its version.
struct Next {
    version: i64,
    created_at: i64,
    updated_at: i64,
    outcome: Outcome,
}

impl Next {
    /// A document that only gets its vectors is no new version.
    fn after(stored: Option<&Stored>, content_hash: &str, now: i64) -> Self {
        let Some(stored) = stored else {
            return Self {
                version: 1,
                created_at: now,
                updated_at: now,
                outcome: Outcome::Created,
            };
        };
        let created_at = stored.created_at;
        if stored.content_hash == content_hash {
            let Stored { version, updated_at, .. } = *stored;
            return Self { version, created_at, updated_at, outcome: Outcome::Unchanged };
        }
        let version = stored.version + 1;
        Self { version, created_at, updated_at: now, outcome: Outcome::Updated }
    }
}

impl Putting<'_> {
    /// Whether no vector is to be added to the version that is there.
    async fn is_embedded(&mut self) -> Result<bool, Error> {
        match self.prepared.vectors.is_empty() {
            true => Ok(true),
            false => vector::is_whole(self.link, self.tenant, &self.prepared.document).await,
        }
    }

    async fn replace(
        &mut self,
        stored: Option<Stored>,
        words: Words,
        spaces: &[SpaceRow],
    ) -> Result<Put, Error> {
        let next = Next::after(stored.as_ref(), &self.prepared.content_hash, self.now.micros());
        vector::begin(self.link, self.tenant, &self.prepared.document.collection).await?;
        let forgotten = if stored.is_some() { self.clear(words).await? } else { 0 };
        self.save(&next).await?;
        self.save_chunks(words, spaces).await?;
        self.save_facts().await?;
        self.count(stored.as_ref(), forgotten, next.updated_at).await?;
        let times = (Time::from_micros(next.created_at), Time::from_micros(next.updated_at));
        let pieces = column(self.prepared.pieces.len());
        let document = self.prepared.stored(next.version, pieces, times);
        Ok(Put { document, outcome: next.outcome })
    }

    async fn stored(&mut self) -> Result<Option<Stored>, Error> {
        let query = sqlx::query_as(
            "select version, content_hash, chunks, text_bytes, created_at, updated_at
             from document where tenant = ? and collection = ? and document_id = ?",
        );
        let document = &self.prepared.document;
        let query = query.bind(self.tenant.as_str()).bind(&document.collection);
        Ok(query.bind(&document.document_id).fetch_optional(&mut *self.link).await?)
    }

    /// The table of words of the collection, which is made where it is missing.
    async fn collection(&mut self) -> Result<Words, Error> {
        let name = &self.prepared.document.collection;
        if let Some(words) = collection::words(self.link, self.tenant, name).await? {
            return Ok(words);
        }
        let settings = Settings::default();
        let made =
            collection::insert(self.link, self.tenant, name, "", &settings, self.now).await?;
        made.ok_or_else(|| Error::broken("a collection is there and is not"))
    }

    /// Takes away what hangs on the version before; tells how many words that had.
    async fn clear(&mut self, words: Words) -> Result<i64, Error> {
        let (tenant, document) = (self.tenant.as_str(), &self.prepared.document);
        let ids = json!([document.document_id]).to_string();
        let counted =
            collection::count_words(self.link, self.tenant, &document.collection, &ids).await?;
        words.remove(self.link, tenant, &document.collection, &ids).await?;
        vector::remove(self.link, tenant, &document.collection, &ids).await?;
        for sql in [
            "delete from chunk where tenant = ? and collection = ? and document_id = ?",
            "delete from fact where tenant = ? and collection = ? and document_id = ?",
        ] {
            let query = sqlx::query(sql).bind(tenant).bind(&document.collection);
            query.bind(&document.document_id).execute(&mut *self.link).await?;
        }
        Ok(counted)
    }

    async fn save(&mut self, next: &Next) -> Result<(), Error> {
        let document = &self.prepared.document;
        sqlx::query(
            "insert into document (tenant, collection, document_id, version, content_hash, chunks,
               text_bytes, created_at, updated_at, title, metadata, text)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             on conflict do update set version = excluded.version, content_hash = excluded.content_hash,
               chunks = excluded.chunks, text_bytes = excluded.text_bytes, updated_at = excluded.updated_at,
               title = excluded.title, metadata = excluded.metadata, text = excluded.text",
        )
        .bind(self.tenant.as_str())
        .bind(&document.collection)
        .bind(&document.document_id)
        .bind(next.version)
        .bind(&self.prepared.content_hash)
        .bind(column(self.prepared.pieces.len()))
        .bind(column(document.text.len()))
        .bind(next.created_at)
        .bind(next.updated_at)
        .bind(&document.title)
        .bind(&document.metadata)
        .bind(&document.text)
        .execute(&mut *self.link)
        .await?;
        Ok(())
    }

    async fn save_chunks(&mut self, words: Words, spaces: &[SpaceRow]) -> Result<(), Error> {
        let prepared = self.prepared;
        let mut numbers = Vec::with_capacity(prepared.pieces.len());
        for (ordinal, piece) in (0i64..).zip(&prepared.pieces) {
            let number: i64 = sqlx::query_scalar(
                "insert into chunk (tenant, collection, document_id, ordinal, start_byte, end_byte, text, length)
                 values (?, ?, ?, ?, ?, ?, ?, ?) returning number",
            )
            .bind(self.tenant.as_str())
            .bind(&prepared.document.collection)
            .bind(&prepared.document.document_id)
            .bind(ordinal)
            .bind(column(piece.bytes.start))
            .bind(column(piece.bytes.end))
            .bind(prepared.text(piece))
            .bind(column(piece.length))
            .fetch_one(&mut *self.link)
            .await?;
            words.add(self.link, number, &prepared.title_words, &piece.words).await?;
            numbers.push(number);
        }
        for space in spaces {
            vector::add(self.link, space, prepared, &numbers).await?;
        }
        Ok(())
    }

    async fn save_facts(&mut self) -> Result<(), Error> {
        let Prepared { document, facts, .. } = self.prepared;
        let place =
            (self.tenant.as_str(), document.collection.as_str(), document.document_id.as_str());
        Ok(facts::save(self.link, place, facts).await?)
    }

    async fn count(
        &mut self,
        before: Option<&Stored>,
        forgotten: i64,
        now: i64,
    ) -> Result<(), Error> {
        let document = &self.prepared.document;
        let words: usize = self.prepared.pieces.iter().map(|piece| piece.length).sum();
        let change = Change {
            documents: i64::from(before.is_none()),
            chunks: column(self.prepared.pieces.len()) - before.map_or(0, |stored| stored.chunks),
            text_bytes: column(document.text.len()) - before.map_or(0, |stored| stored.text_bytes),
            words: column(words) - forgotten,
        };
        let (tenant, tongue) = (self.tenant.as_str(), self.prepared.tongue);
        collection::note_tongue(self.link, tenant, &document.collection, tongue).await?;
        let now = Time::from_micros(now);
        collection::change(self.link, self.tenant, &document.collection, change, now).await
    }
}
