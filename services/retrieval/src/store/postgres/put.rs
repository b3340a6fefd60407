use chassis::auth::Tenant;
use chassis::clock::Time;

use crate::Error;
use crate::document::{Outcome, Put};
use crate::prepare::Prepared;
use crate::store::Known;
use crate::store::postgres::collection::{self, Change};
use crate::store::postgres::document::{forget_terms, learn_terms};
use crate::store::postgres::facts;
use crate::store::postgres::lexemes::{Lexemes, scope};
use crate::store::postgres::ranking::Place;
use crate::store::postgres::session::Session;
use crate::store::postgres::table::Table;
use crate::store::postgres::{space, vector};
use crate::store::row::{SpaceRow, column};

/// Whose document it is: what all steps of a put have in common.
struct Putting<'a> {
    link: &'a mut Session,
    /// The table of vectors, where there is one.
    table: Option<&'a Table>,
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
    table: Option<&Table>,
    tenant: &Tenant,
    prepared: &Prepared,
) -> Result<Option<Put>, Error> {
    let mut putting = Putting { link, table, tenant, prepared };
    // Nobody has to wait for a turn in which there is nothing to do.
    let stored = putting.stored().await?;
    if let Some(same) = putting.same(stored.as_ref()).await? {
        return Ok(Some(same));
    }
    let now = collection::take_or_make(putting.link, tenant, &prepared.document.collection).await?;
    let stored = putting.stored().await?;
    if let Some(same) = putting.same(stored.as_ref()).await? {
        return Ok(Some(same));
    }
    match putting.spaces(now).await? {
        Some(spaces) => putting.replace(stored, &spaces, now).await.map(Some),
        None => Ok(None),
    }
}

/// What there is of a document that is to be put.
pub(super) async fn known(
    link: &mut Session,
    tenant: &Tenant,
    prepared: &Prepared,
) -> Result<Known, Error> {
    let document = &prepared.document;
    let spaces = space::of(link, tenant, &document.collection).await?;
    let stored = Putting { link, table: None, tenant, prepared }.stored().await?;
    let place = Place { tenant, collection: &document.collection };
    let is_same = stored.is_some_and(|stored| stored.content_hash == prepared.content_hash);
    let is_whole = is_same
        && (spaces.is_empty() || vector::is_whole(link, place, &document.document_id).await?);
    let mut kept = match is_whole {
        true => vector::Kept::new(),
        false => vector::kept(link, place, prepared).await?,
    };
    let of = |row: &SpaceRow| (row.space(), kept.remove(&row.number).unwrap_or_default());
    Ok(Known { is_whole, spaces: spaces.iter().map(of).collect() })
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
        let (created_at, updated_at) = (now, now);
        match stored {
            None => Self { version: 1, created_at, updated_at, outcome: Outcome::Created },
            Some(Stored { version, created_at, updated_at, content_hash: same, .. })
                if same == content_hash =>
            {
                let (version, created_at, updated_at) = (*version, *created_at, *updated_at);
                Self { version, created_at, updated_at, outcome: Outcome::Unchanged }
            }
            Some(Stored { version, created_at, .. }) => {
                let (version, created_at) = (version + 1, *created_at);
                Self { version, created_at, updated_at, outcome: Outcome::Updated }
            }
        }
    }
}

impl Stored {
    /// What to answer where this is the content that is to be put.
    fn unchanged(&self, prepared: &Prepared) -> Put {
        let times = (Time::from_micros(self.created_at), Time::from_micros(self.updated_at));
        let document = prepared.stored(self.version, self.chunks, times);
        Put { document, outcome: Outcome::Unchanged }
    }
}

impl<'a> Putting<'a> {
    fn place(&self) -> Place<'a> {
        Place { tenant: self.tenant, collection: &self.prepared.document.collection }
    }

    /// What to answer where nothing is to be done: the content is there, with its vectors.
    async fn same(&mut self, stored: Option<&Stored>) -> Result<Option<Put>, Error> {
        let is_same = |stored: &&Stored| stored.content_hash == self.prepared.content_hash;
        let Some(stored) = stored.filter(is_same) else { return Ok(None) };
        let (place, id) = (self.place(), &self.prepared.document.document_id);
        let is_embedded =
            self.prepared.vectors.is_empty() || vector::is_whole(self.link, place, id).await?;
        Ok(is_embedded.then(|| stored.unchanged(self.prepared)))
    }

    /// The spaces to keep vectors in; `None` where the document has none in one of them.
    async fn spaces(&mut self, now: i64) -> Result<Option<Vec<SpaceRow>>, Error> {
        match self.table {
            Some(_) => space::take(self.link, self.tenant, self.prepared, now).await,
            None => Ok(Some(Vec::new())),
        }
    }

    async fn replace(
        &mut self,
        stored: Option<Stored>,
        spaces: &[SpaceRow],
        now: i64,
    ) -> Result<Put, Error> {
        if stored.is_some() {
            self.clear().await?;
        }
        let next = Next::after(stored.as_ref(), &self.prepared.content_hash, now);
        self.save(&next).await?;
        self.save_chunks().await?;
        self.save_vectors(spaces).await?;
        let document = &self.prepared.document;
        learn_terms(self.link, self.tenant, &document.collection, &document.document_id).await?;
        self.save_facts().await?;
        self.count(stored.as_ref(), next.updated_at).await?;
        let times = (Time::from_micros(next.created_at), Time::from_micros(next.updated_at));
        let pieces = column(self.prepared.pieces.len());
        let document = self.prepared.stored(next.version, pieces, times);
        Ok(Put { document, outcome: next.outcome })
    }

    async fn save_vectors(&mut self, spaces: &[SpaceRow]) -> Result<(), Error> {
        let Some(table) = self.table else { return Ok(()) };
        for row in spaces {
            vector::add(self.link, table, self.place(), row, self.prepared).await?;
        }
        Ok(())
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
        if self.table.is_some() {
            vector::forget(self.link, self.place(), &ids).await?;
        }
        for sql in [
            "delete from retrieval.chunk where tenant = $1 and collection = $2 and document_id = $3",
            "delete from retrieval.fact where tenant = $1 and collection = $2 and document_id = $3",
        ] {
            let query = self.link.query(sql).bind(self.tenant.as_str()).bind(&document.collection);
            query.bind(&document.document_id).execute(self.link.link()).await?;
        }
        Ok(())
    }

    async fn save(&mut self, next: &Next) -> Result<(), Error> {
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
            .bind(next.version)
            .bind(&self.prepared.content_hash)
            .bind(column(self.prepared.pieces.len()))
            .bind(column(document.text.len()))
            .bind(self.words())
            .bind(next.created_at)
            .bind(next.updated_at)
            .bind(&document.title)
            .bind(&document.metadata)
            .bind(&document.text)
            .execute(self.link.link())
            .await?;
        Ok(())
    }

    async fn save_chunks(&mut self) -> Result<(), Error> {
        let Prepared { document, pieces, .. } = self.prepared;
        let scope = scope(self.tenant, &document.collection);
        let lexemes = Lexemes { scope: &scope, title: &self.prepared.title_words };
        let all = |value: fn(&crate::prepare::Piece) -> usize| -> Vec<i64> {
            pieces.iter().map(|piece| column(value(piece))).collect()
        };
        self.link
            .query(
                "insert into retrieval.chunk
                   (tenant, collection, document_id, ordinal, start_byte, end_byte, length, text, words)
                 select $1, $2, $3, piece.number - 1, piece.start_byte, piece.end_byte, piece.length,
                   piece.text, piece.words::tsvector
                 from unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
                   with ordinality as piece (start_byte, end_byte, length, text, words, number)",
            )
            .bind(self.tenant.as_str())
            .bind(&document.collection)
            .bind(&document.document_id)
            .bind(all(|piece| piece.bytes.start))
            .bind(all(|piece| piece.bytes.end))
            .bind(all(|piece| piece.length))
            .bind(pieces.iter().map(|piece| self.prepared.text(piece)).collect::<Vec<_>>())
            .bind(pieces.iter().map(|piece| lexemes.of(&piece.words)).collect::<Vec<_>>())
            .execute(self.link.link())
            .await?;
        Ok(())
    }

    async fn save_facts(&mut self) -> Result<(), Error> {
        let Prepared { document, facts, .. } = self.prepared;
        let place =
            (self.tenant.as_str(), document.collection.as_str(), document.document_id.as_str());
        let is_persistent = self.link.is_persistent;
        Ok(facts::save(self.link.link(), place, facts, is_persistent).await?)
    }

    async fn count(&mut self, before: Option<&Stored>, now: i64) -> Result<(), Error> {
        let document = &self.prepared.document;
        let change = Change {
            documents: i64::from(before.is_none()),
            chunks: column(self.prepared.pieces.len()) - before.map_or(0, |stored| stored.chunks),
            text_bytes: column(document.text.len()) - before.map_or(0, |stored| stored.text_bytes),
            words: self.words() - before.map_or(0, |stored| stored.words),
        };
        let tongue = self.prepared.tongue;
        collection::note_tongue(self.link, self.tenant, &document.collection, tongue).await?;
        collection::change(self.link, self.tenant, &document.collection, change, now).await
    }

    fn words(&self) -> i64 {
        column(self.prepared.pieces.iter().map(|piece| piece.length).sum())
    }
}
