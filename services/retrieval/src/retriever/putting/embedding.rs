//! Makes the vectors of a document's pieces, before any transaction begins.

use std::collections::{HashMap, HashSet};

use chassis::auth::Tenant;

use crate::embed::{Embedder, Purpose, Space, Vector, unit};
use crate::prepare::{PieceHash, Prepared, Vectors};
use crate::{Error, Refused, Retriever};

/// How many texts a model is asked for at once.
const BATCH: usize = 32;

/// Vectors by the hash of what was embedded.
type ByHash = HashMap<PieceHash, Vector>;

impl Retriever {
    /// Adds to a document the vectors of its pieces in every space that its collection lives in, or
    /// will live in. What is there already is not made again.
    ///
    /// # Errors
    ///
    /// A collection in whose space nothing embeds is refused, and so is what could not be embedded:
    /// a document whose chunks are half found would not be noticed.
    pub(super) async fn embed(
        &self,
        tenant: &Tenant,
        prepared: &mut Prepared,
    ) -> Result<(), Error> {
        let collection = &prepared.document.collection;
        if self.store.lacks_vectors(tenant, collection).await?.is_some() {
            return Ok(());
        }
        let known = self.store.known(tenant, prepared).await?;
        prepared.vectors.clear();
        if known.spaces.is_empty() {
            let Some(embedder) = self.embedders.usual() else { return Ok(()) };
            let (vectors, space) = made(embedder.as_ref(), prepared, ByHash::new()).await?;
            prepared.vectors.extend(space.map(|space| Vectors { space, of: vectors }));
            return Ok(());
        }
        if known.is_whole {
            return Ok(());
        }
        for (space, there) in known.spaces {
            let of = self.embedded_in(&space, prepared, there).await?;
            prepared.vectors.push(Vectors { space, of });
        }
        Ok(())
    }

    async fn embedded_in(
        &self,
        space: &Space,
        prepared: &Prepared,
        there: ByHash,
    ) -> Result<Vec<Vector>, Error> {
        let collection = &prepared.document.collection;
        let Some(embedder) = self.embedders.of(space) else {
            return Err(self.embedders.missing(space, &format!("collection {collection}")));
        };
        match made(embedder.as_ref(), prepared, there).await? {
            (_, Some(makes)) if makes.dimension != space.dimension => Err(Refused::Dimension {
                model: makes.model,
                makes: makes.dimension,
                collection: collection.clone(),
                holds: space.dimension,
            }
            .into()),
            (vectors, _) => Ok(vectors),
        }
    }
}

/// The vectors of a document's pieces, and the space of those that had to be made.
async fn made(
    embedder: &dyn Embedder,
    prepared: &Prepared,
    mut there: ByHash,
) -> Result<(Vec<Vector>, Option<Space>), Error> {
    let mut seen: HashSet<PieceHash> = there.keys().copied().collect();
    let missing = prepared.pieces.iter().filter(|piece| seen.insert(piece.hash));
    let (hashes, texts): (Vec<PieceHash>, Vec<String>) =
        missing.map(|piece| (piece.hash, prepared.embedded(piece))).unzip();
    let mut dimension = None;
    for (hashes, texts) in hashes.chunks(BATCH).zip(texts.chunks(BATCH)) {
        let vectors = embedder.embed(texts, Purpose::Passage).await?.vectors;
        let vectors = checked(&vectors, texts.len(), dimension, &prepared.document.document_id)?;
        dimension = vectors.first().map(|vector| vector.len());
        there.extend(hashes.iter().copied().zip(vectors));
    }
    let vectors = prepared.pieces.iter().filter_map(|piece| there.get(&piece.hash).cloned());
    let space = dimension.map(|dimension| Space {
        model: embedder.model().to_owned(),
        dimension: u32::try_from(dimension).unwrap_or(u32::MAX),
        version: embedder.version().to_owned(),
    });
    Ok((vectors.collect(), space))
}

/// As many vectors as there are texts, each of length one, all with as many numbers.
fn checked(
    vectors: &[Vector],
    texts: usize,
    dimension: Option<usize>,
    document_id: &str,
) -> Result<Vec<Vector>, Error> {
    let of = || format!("of document {document_id:?}");
    if vectors.len() != texts {
        let why = format!("it made {} vectors {} of {texts} texts", vectors.len(), of());
        return Err(Error::unusable(why));
    }
    let dimension = dimension.or_else(|| vectors.first().map(|vector| vector.len()));
    if vectors.iter().any(|vector| Some(vector.len()) != dimension) {
        return Err(Error::unusable(format!("it made vectors of several lengths {}", of())));
    }
    let vectors: Option<Vec<Vector>> = vectors.iter().map(|vector| unit(vector)).collect();
    vectors.ok_or_else(|| {
        Error::unusable(format!("it made a vector of zeros, or of what are no numbers, {}", of()))
    })
}
