use std::collections::HashMap;

use chassis::auth::Tenant;
use chassis::clock::Time;

use crate::Error;
use crate::document::{Outcome, Put};
use crate::prepare::Prepared;
use crate::store::Known;
use crate::store::postgres::collection::{self, Change};
use crate::store::postgres::document::{forget_terms, learn_terms};
use crate::store::postgres::ranking::scope;
use crate::store::postgres::session::Session;
use crate::store::postgres::space;
use crate::store::row::column;

/// Whose document it is: what all steps of a put have in common.
struct Putting<'a> {
    link: &'a mut Session,
    tenant: &'a Tenant,
    prepared: &'a Prepared,
}

/// The version that is there.
#[derive(sqlx::FromRow)]
struct Stored {
    version: i64,
    content_hash: String,
    chunks: i64,
    text_bytes: i64,
    words: i64,
    created_at: i64,
    updated_at: i64,
}

/// Stores a document in place of an older version, in the link's transaction.
pub(super) async fn put(
    link: &mut Session,
    tenant: &Tenant,
    prepared: &Prepared,
) -> Result<Option<Put>, Error> {
    let mut putting = Putting { link, tenant, prepared };
    // Nobody has to wait for a turn in which there is nothing to do.
    let stored = putting.stored().await?;
    if let Some(same) = stored.and_then(|stored| stored.same(prepared)) {
        return Ok(Some(same));
    }
    let now = collection::take_or_make(putting.link, tenant, &prepared.document.collection).await?;
    let stored = putting.stored().await?;
    if let Some(same) = stored.as_ref().and_then(|stored| stored.same(prepared)) {
        return Ok(Some(same));
    }
    if !space::take(putting.link, tenant, prepared, now).await? {
        return Ok(None);
    }
    putting.replace(stored, now).await.map(Some)
}

/// What there is of a document that is to be put.
pub(super) async fn known(
    link: &mut Session,
    tenant: &Tenant,
    prepared: &Prepared,
) -> Result<Known, Error> {
    let spaces = space::of(link, tenant, &prepared.document.collection).await?;
    let stored = Putting { link, tenant, prepared }.stored().await?;
    let is_whole = stored.is_some_and(|stored| stored.content_hash == prepared.content_hash);
    let spaces = spaces.iter().map(|row| (row.space(), HashMap::new())).collect();
    Ok(Known { is_whole, spaces })
}

impl Stored {
    /// What to answer where this is the content that is to be put.
    fn same(&self, prepared: &Prepared) -> Option<Put> {
        let times = (Time::from_micros(self.created_at), Time::from_micros(self.updated_at));
        let document = prepared.stored(self.version, self.chunks, times);
        let is_same = self.content_hash == prepared.content_hash;
        is_same.then_some(Put { document, outcome: Outcome::Unchanged })
    }
}

impl Putting<'_> {
    async fn replace(&mut self, stored: Option<Stored>, now: i64) -> Result<Put, Error> {
        if stored.is_some() {
            self.clear().await?;
        }
        let version = stored.as_ref().map_or(1, |stored| stored.version + 1);
        let created_at = stored.as_ref().map_or(now, |stored| stored.created_at);
        self.save(version, created_at, now).await?;
        self.save_chunks().await?;
        let document = &self.prepared.document;
        learn_terms(self.link, self.tenant, &document.collection, &document.document_id).await?;
        self.save_facts().await?;
        self.count(stored.as_ref(), now).await?;
        let times = (Time::from_micros(created_at), Time::from_micros(now));
        let document = self.prepared.stored(version, column(self.prepared.pieces.len()), times);
        let outcome = if stored.is_some() { Outcome::Updated } else { Outcome::Created };
        Ok(Put { document, outcome })
    }

    async fn stored(&mut self) -> Result<Option<Stored>, Error> {
        let query = self.link.rows(
            "select version, content_hash, chunks, text_bytes, words, created_at, updated_at
             from retrieval.document where tenant = $1 and collection = $2 and document_id = $3",
        );
        let document = &self.prepared.document;
        let query = query.bind(self.tenant.as_str()).bind(&document.collection);
        Ok(query.bind(&document.document_id).fetch_optional(self.link.link()).await?)
    }

    /// Takes away what hangs on the version before.
    async fn clear(&mut self) -> Result<(), Error> {
        let document = &self.prepared.document;
        let ids = [document.document_id.clone()];
        forget_terms(self.link, self.tenant, &document.collection, &ids).await?;
        for sql in [
            "delete from retrieval.chunk where tenant = $1 and collection = $2 and document_id = $3",
            "delete from retrieval.fact where tenant = $1 and collection = $2 and document_id = $3",
        ] {
            let query = self.link.query(sql).bind(self.tenant.as_str()).bind(&document.collection);
            query.bind(&document.document_id).execute(self.link.link()).await?;
        }
        Ok(())
    }

    async fn save(&mut self, version: i64, created_at: i64, now: i64) -> Result<(), Error> {
        let document = &self.prepared.document;
        self.link
            .query(
                "insert into retrieval.document (tenant, collection, document_id, version, content_hash,
                   chunks, text_bytes, words, created_at, updated_at, title, metadata, text)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                 on conflict (tenant, collection, document_id) do update set
                   version = excluded.version, content_hash = excluded.content_hash,
                   chunks = excluded.chunks, text_bytes = excluded.text_bytes, words = excluded.words,
                   updated_at = excluded.updated_at, title = excluded.title,
                   metadata = excluded.metadata, text = excluded.text",
            )
            .bind(self.tenant.as_str())
            .bind(&document.collection)
            .bind(&document.document_id)
            .bind(version)
            .bind(&self.prepared.content_hash)
            .bind(column(self.prepared.pieces.len()))
            .bind(column(document.text.len()))
            .bind(self.words())
            .bind(created_at)
            .bind(now)
            .bind(&document.title)
            .bind(&document.metadata)
            .bind(&document.text)
            .execute(self.link.link())
            .await?;
        Ok(())
    }

    async fn save_chunks(&mut self) -> Result<(), Error> {
        let Prepared { document, pieces, .. } = self.prepared;
        let all = |value: fn(&crate::prepare::Piece) -> usize| -> Vec<i64> {
            pieces.iter().map(|piece| column(value(piece))).collect()
        };
        self.link
            .query(
                "insert into retrieval.chunk
                   (tenant, collection, document_id, ordinal, start_byte, end_byte, length, text, words)
                 select $1, $2, $3, piece.number - 1, piece.start_byte, piece.end_byte, piece.length,
                   piece.text, setweight(to_tsvector('retrieval.words', $4), 'A')
                     || to_tsvector('retrieval.words', piece.words) || array_to_tsvector(array[$5])
                 from unnest($6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[])
                   with ordinality as piece (start_byte, end_byte, length, text, words, number)",
            )
            .bind(self.tenant.as_str())
            .bind(&document.collection)
            .bind(&document.document_id)
            .bind(&self.prepared.title_words)
            .bind(scope(self.tenant, &document.collection))
            .bind(all(|piece| piece.bytes.start))
            .bind(all(|piece| piece.bytes.end))
            .bind(all(|piece| piece.length))
            .bind(pieces.iter().map(|piece| self.prepared.text(piece)).collect::<Vec<_>>())
            .bind(pieces.iter().map(|piece| piece.words.as_str()).collect::<Vec<_>>())
            .execute(self.link.link())
            .await?;
        Ok(())
    }

    async fn save_facts(&mut self) -> Result<(), Error> {
        let facts = &self.prepared.facts;
        let document = &self.prepared.document;
        self.link
            .query(
                "insert into retrieval.fact (tenant, collection, document_id, field, value)
                 select $1, $2, $3, field, value from unnest($4::text[], $5::text[]) as fact (field, value)",
            )
            .bind(self.tenant.as_str())
            .bind(&document.collection)
            .bind(&document.document_id)
            .bind(facts.iter().map(|fact| fact.field.as_str()).collect::<Vec<_>>())
            .bind(facts.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>())
            .execute(self.link.link())
            .await?;
        Ok(())
    }

    async fn count(&mut self, before: Option<&Stored>, now: i64) -> Result<(), Error> {
        let document = &self.prepared.document;
        let change = Change {
            documents: i64::from(before.is_none()),
            chunks: column(self.prepared.pieces.len()) - before.map_or(0, |stored| stored.chunks),
            text_bytes: column(document.text.len()) - before.map_or(0, |stored| stored.text_bytes),
            words: self.words() - before.map_or(0, |stored| stored.words),
        };
        collection::change(self.link, self.tenant, &document.collection, change, now).await
    }

    fn words(&self) -> i64 {
        column(self.prepared.pieces.iter().map(|piece| piece.length).sum())
    }
}
