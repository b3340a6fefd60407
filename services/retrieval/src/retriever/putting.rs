mod embedding;

use chassis::auth::Tenant;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use tokio::task::spawn_blocking;

use crate::document::{NewDocument, Put};
use crate::prepare::Prepared;
use crate::{Error, Retriever, check};

/// The most documents of a stream that are held at once.
const MOST_DOCUMENTS: usize = 32;
/// How often a document is embedded anew because its collection moved to another space meanwhile.
const MOST_TRIES: usize = 3;
/// No further document of a stream is taken once those that are held have so many bytes.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A document of a stream as it arrives: its id, and what is to be stored unless it cannot be read.
pub(crate) type Arriving = (String, Result<NewDocument, Error>);
/// What became of a document of a stream.
pub(crate) type Told = (String, Result<Put, Error>);

impl Retriever {
    /// Stores a document in place of an older version; the same content again changes nothing.
    ///
    /// A missing collection is made. Who searches meanwhile sees the old chunks or the new ones.
    ///
    /// # Errors
    ///
    /// Names that are none, a blank or a too large text and metadata that is no JSON object are refused;
    /// so is what cannot be embedded, where the collection's documents are.
    pub async fn put(&self, tenant: &Tenant, document: NewDocument) -> Result<Put, Error> {
        let mut prepared = self.prepare(tenant, document).await?;
        for _ in 0..MOST_TRIES {
            // Never in the store's transaction, which would be open for as long as a model takes.
            self.embed(tenant, &mut prepared).await?;
            if let Some(put) = self.store.put(tenant, &prepared).await? {
                return Ok(put);
            }
        }
        Err(Error::SpaceChanged(prepared.document.collection))
    }

    /// Stores documents as they arrive, and tells what became of each, in their order.
    ///
    /// Those that have arrived are written one by one, so that of two with one id
    /// the later one holds. A failure of the stream itself ends it; whoever drops it loses what was not
    /// told yet, and no document is half written.
    pub(crate) fn put_all<E: Send + 'static>(
        &self,
        tenant: Tenant,
        arriving: impl Stream<Item = Result<Arriving, E>> + Send + Unpin + 'static,
    ) -> impl Stream<Item = Result<Told, E>> + Send + 'static {
        let putting = (self.clone(), tenant, arriving);
        let groups = stream::unfold(putting, |(retriever, tenant, mut arriving)| async move {
            let group = group(&mut arriving).await;
            if group.is_empty() {
                return None;
            }
            let told = retriever.put_group(&tenant, group).await;
            Some((stream::iter(told), (retriever, tenant, arriving)))
        });
        groups.flatten()
    }

    async fn put_group<E>(
        &self,
        tenant: &Tenant,
        group: Vec<Result<Arriving, E>>,
    ) -> Vec<Result<Told, E>> {
        let mut told = Vec::with_capacity(group.len());
        for arriving in group {
            told.push(match arriving {
                Ok((id, Ok(document))) => Ok((id, self.put(tenant, document).await)),
                Ok((id, Err(error))) => Ok((id, Err(error))),
                Err(error) => Err(error),
            });
        }
        told
    }

    /// Checks a document, and cuts it as its collection says.
    async fn prepare(&self, tenant: &Tenant, document: NewDocument) -> Result<Prepared, Error> {
        check::collection(&document.collection)?;
        let settings = self.store.settings(tenant, &document.collection).await?.unwrap_or_default();
        let (chunking, embedder) = (self.chunking, self.embedders.usual().cloned());
        let prepare = move || {
            let mut prepared = Prepared::new(document)?;
            prepared.cut(chunking.of(&settings, embedder.as_deref()));
            Ok(prepared)
        };
        // Cutting a large text takes long enough to hold up everything else on this thread.
        spawn_blocking(prepare).await.map_err(Error::broken)?
    }
}

/// What has arrived, as much as is held at once; nothing at the end. It ends with a failure.
async fn group<E>(
    arriving: &mut (impl Stream<Item = Result<Arriving, E>> + Unpin),
) -> Vec<Result<Arriving, E>> {
    let mut group = Vec::new();
    let mut bytes = 0;
    let mut next = arriving.next().await;
    while let Some(one) = next {
        if let Ok((_, Ok(document))) = &one {
            bytes += document.text.len();
        }
        let is_last = one.is_err() || bytes >= MOST_BYTES;
        group.push(one);
        if is_last || group.len() == MOST_DOCUMENTS {
            break;
        }
        next = arriving.next().now_or_never().flatten();
    }
    group
}
