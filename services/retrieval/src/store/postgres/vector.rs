//! The vectors of chunks, as the table keeps them.

use std::collections::HashMap;

use crate::Error;
use crate::embed::Vector;
use crate::prepare::{PieceHash, Prepared};
use crate::store::postgres::ranking::Place;
use crate::store::postgres::session::Session;
use crate::store::postgres::table::Table;
use crate::store::row::{SpaceRow, column};

/// How many vectors one statement adds: what it binds is some megabytes then.
const BATCH: usize = 500;

/// The vectors of a document by space and hash.
pub(super) type Kept = HashMap<i64, HashMap<PieceHash, Vector>>;

/// The vectors that the document has already of the pieces that are to be put.
pub(super) async fn kept(
    link: &mut Session,
    place: Place<'_>,
    prepared: &Prepared,
) -> Result<Kept, Error> {
    let rows: Vec<(i64, Vec<u8>, Vec<f32>)> = link
        .rows(
            "select space, hash, embedding::real[] from retrieval.vector
             where tenant = $1 and collection = $2 and document_id = $3 and hash = any($4)",
        )
        .bind(place.tenant.as_str())
        .bind(place.collection)
        .bind(&prepared.document.document_id)
        .bind(prepared.pieces.iter().map(|piece| piece.hash.as_slice()).collect::<Vec<_>>())
        .fetch_all(link.link())
        .await?;
    let mut kept = Kept::new();
    for (space, hash, vector) in rows {
        let hash = PieceHash::try_from(hash).map_err(|_| Error::broken("a hash is too short"))?;
        kept.entry(space).or_default().insert(hash, vector.into());
    }
    Ok(kept)
}

/// Whether the collection has a space, and every chunk of the document a vector in each.
pub(super) async fn is_whole(
    link: &mut Session,
    place: Place<'_>,
    document_id: &str,
) -> Result<bool, Error> {
    let is_whole = link
        .value(
            "select exists (select from retrieval.space where tenant = $1 and collection = $2)
               and not exists (
                 select from retrieval.space join retrieval.chunk using (tenant, collection)
                 where tenant = $1 and collection = $2 and document_id = $3 and not exists (
                   select from retrieval.vector
                   where vector.tenant = $1 and vector.collection = $2 and vector.document_id = $3
                     and vector.ordinal = chunk.ordinal and vector.space = space.number))",
        )
        .bind(place.tenant.as_str())
        .bind(place.collection)
        .bind(document_id)
        .fetch_one(link.link())
        .await?;
    Ok(is_whole)
}

/// Counts the vectors of documents' chunks out, before the chunks go and take them along.
pub(super) async fn forget(
    link: &mut Session,
    place: Place<'_>,
    document_ids: &[String],
) -> Result<(), Error> {
    link.query(
        "update retrieval.space set vectors = space.vectors - gone.vectors
         from (select space, count(*) as vectors from retrieval.vector
               where tenant = $1 and collection = $2 and document_id = any($3)
               group by space) as gone
         where tenant = $1 and collection = $2 and number = gone.space",
    )
    .bind(place.tenant.as_str())
    .bind(place.collection)
    .bind(document_ids)
    .execute(link.link())
    .await?;
    Ok(())
}

/// Adds the vectors of a document's chunks in a space, and counts them in.
pub(super) async fn add(
    link: &mut Session,
    table: &Table,
    place: Place<'_>,
    row: &SpaceRow,
    prepared: &Prepared,
) -> Result<(), Error> {
    let vectors = prepared.vectors(&row.space()).unwrap_or_default();
    let all = (0i64..).zip(&prepared.pieces).zip(vectors);
    let all: Vec<_> = all.map(|((ordinal, piece), vector)| (ordinal, piece.hash, vector)).collect();
    let sql = format!(
        "insert into retrieval.vector
           (tenant, collection, document_id, ordinal, space, hash, embedding)
         select $1, $2, $3, $4 + number - 1, $5, hash,
           ($6::real[])[(number - 1) * $7 + 1 : number * $7]::{}
         from unnest($8::bytea[]) with ordinality as piece (hash, number)",
        table.name("vector")
    );
    for batch in all.chunks(BATCH) {
        let hashes: Vec<&[u8]> = batch.iter().map(|(_, hash, _)| hash.as_slice()).collect();
        link.composed::<()>(sql.clone())
            .bind(place.tenant.as_str())
            .bind(place.collection)
            .bind(&prepared.document.document_id)
            .bind(batch.first().map_or(0, |(ordinal, ..)| *ordinal))
            .bind(row.number)
            .bind(joined(batch.iter().map(|(.., vector)| *vector)))
            .bind(row.dimension)
            .bind(hashes)
            .fetch_all(link.link())
            .await?;
    }
    let grown = link.query("update retrieval.space set vectors = vectors + $2 where number = $1");
    grown.bind(row.number).bind(column(vectors.len())).execute(link.link()).await?;
    Ok(())
}

/// Vectors one behind the other: a list of lists is none that can be taken apart.
pub(super) fn joined<'a>(vectors: impl Iterator<Item = &'a Vector>) -> Vec<f32> {
    vectors.flat_map(|vector| vector.iter().copied()).collect()
}
