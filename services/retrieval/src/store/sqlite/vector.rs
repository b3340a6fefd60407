//! The vectors of chunks, as the file keeps them.
//!
//! Every transaction that changes a space's vectors is a generation of it: rows say with which one
//! they came, and those that went are remembered for a while with the one they went with.

use std::collections::{HashMap, HashSet};

use chassis::auth::Tenant;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::document::NewDocument;
use crate::embed::Vector;
use crate::prepare::{PieceHash, Prepared};
use crate::store::Known;
use crate::store::row::{SpaceRow, column};
use crate::store::sqlite::space;

/// For so many generations it is remembered which vectors went.
pub(super) const REMEMBERED: i64 = 1000;

/// What there is of a document that is to be put.
pub(super) async fn known(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    prepared: &Prepared,
) -> Result<Known, Error> {
    let document = &prepared.document;
    let spaces = space::of(link, tenant, &document.collection).await?;
    let is_same =
        content_hash(link, tenant, document).await? == Some(prepared.content_hash.clone());
    let is_whole = is_same && (spaces.is_empty() || is_whole(link, tenant, document).await?);
    let mut vectors = match is_whole {
        true => HashMap::new(),
        false => there(link, tenant, prepared).await?,
    };
    let of = |row: &SpaceRow| (row.space(), vectors.remove(&row.number).unwrap_or_default());
    Ok(Known { is_whole, spaces: spaces.iter().map(of).collect() })
}

async fn content_hash(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    document: &NewDocument,
) -> Result<Option<String>, Error> {
    let query = sqlx::query_scalar(
        "select content_hash from document where tenant = ? and collection = ? and document_id = ?",
    );
    let query = query.bind(tenant.as_str()).bind(&document.collection);
    Ok(query.bind(&document.document_id).fetch_optional(link).await?)
}

/// Whether the collection has a space, and every chunk of the document a vector in each.
pub(super) async fn is_whole(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    document: &NewDocument,
) -> Result<bool, Error> {
    let is_whole = sqlx::query_scalar(
        "select exists (select 1 from space where tenant = ?1 and collection = ?2)
           and not exists (
             select 1 from space join chunk using (tenant, collection)
             where tenant = ?1 and collection = ?2 and document_id = ?3 and not exists (
               select 1 from chunk_vector
               where chunk_vector.chunk = chunk.number and chunk_vector.space = space.number))",
    );
    let is_whole = is_whole.bind(tenant.as_str()).bind(&document.collection);
    Ok(is_whole.bind(&document.document_id).fetch_one(link).await?)
}

/// By space and hash the vectors that the document has already.
async fn there(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    prepared: &Prepared,
) -> Result<HashMap<i64, HashMap<PieceHash, Vector>>, Error> {
    let document = &prepared.document;
    let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "select space, hash, vector from chunk join chunk_vector on chunk = number
         where tenant = ? and collection = ? and document_id = ?",
    )
    .bind(tenant.as_str())
    .bind(&document.collection)
    .bind(&document.document_id)
    .fetch_all(link)
    .await?;
    let wanted: HashSet<PieceHash> = prepared.pieces.iter().map(|piece| piece.hash).collect();
    let mut there: HashMap<i64, HashMap<PieceHash, Vector>> = HashMap::new();
    for (space, hash, vector) in rows {
        let hash = PieceHash::try_from(hash).map_err(|_| Error::broken("a hash is too short"))?;
        if wanted.contains(&hash) {
            there.entry(space).or_default().insert(hash, floats(&vector));
        }
    }
    Ok(there)
}

/// Begins a generation of every space of the collection.
pub(super) async fn begin(
    link: &mut SqliteConnection,
    tenant: &Tenant,
    collection: &str,
) -> Result<(), Error> {
    let query = sqlx::query(
        "update space set generation = generation + 1 where tenant = ? and collection = ?",
    );
    query.bind(tenant.as_str()).bind(collection).execute(link).await?;
    Ok(())
}

/// Counts the vectors of documents' chunks out, before the chunks go and take them along; the
/// documents are a JSON list of their ids.
pub(super) async fn remove(
    link: &mut SqliteConnection,
    tenant: &str,
    collection: &str,
    document_ids: &str,
) -> Result<(), Error> {
    let went = sqlx::query(
        "insert into gone_vector (space, died, chunk, born)
         select space.number, generation, chunk, born
         from chunk join chunk_vector on chunk = chunk.number join space on space.number = space
         where chunk.tenant = ? and chunk.collection = ?
           and document_id in (select value from json_each(?))",
    );
    let went = went.bind(tenant).bind(collection).bind(document_ids).execute(&mut *link).await?;
    if went.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query(
        "update space set vectors = vectors - (
           select count(*) from gone_vector where space = number and died = generation)
         where tenant = ? and collection = ?",
    )
    .bind(tenant)
    .bind(collection)
    .execute(&mut *link)
    .await?;
    sqlx::query(
        "delete from gone_vector where (space, died) in (
           select space, died from space as of_all join gone_vector on space = number
           where tenant = ? and collection = ? and died <= generation - ?)",
    )
    .bind(tenant)
    .bind(collection)
    .bind(REMEMBERED)
    .execute(link)
    .await?;
    Ok(())
}

/// Adds the vectors of a document's chunks, whose numbers are in the order of its pieces.
pub(super) async fn add(
    link: &mut SqliteConnection,
    row: &SpaceRow,
    prepared: &Prepared,
    chunks: &[i64],
) -> Result<(), Error> {
    let vectors = prepared.vectors(&row.space()).unwrap_or_default();
    for ((chunk, piece), vector) in chunks.iter().zip(&prepared.pieces).zip(vectors) {
        sqlx::query(
            "insert into chunk_vector (chunk, space, born, hash, vector)
             select ?, number, generation, ?, ? from space where number = ?",
        )
        .bind(chunk)
        .bind(piece.hash.as_slice())
        .bind(bytes(vector))
        .bind(row.number)
        .execute(&mut *link)
        .await?;
    }
    let grown = sqlx::query("update space set vectors = vectors + ? where number = ?");
    grown.bind(column(vectors.len())).bind(row.number).execute(link).await?;
    Ok(())
}

/// A vector as the file keeps it.
fn bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// A vector out of the file.
pub(super) fn floats(bytes: &[u8]) -> Vector {
    bytes.as_chunks().0.iter().map(|number| f32::from_le_bytes(*number)).collect()
}
