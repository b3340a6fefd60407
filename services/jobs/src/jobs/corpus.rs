//! The documents that come with flows are put where their samples look for them.

use std::time::Duration;

use chassis::auth::{self, Tenant};
use chassis::failure::{Kind, reason};
use chassis::task::CancellationToken;
use proto::common::Metadata;
use proto::retrieval::PutDocumentRequest;
use tokio::time::sleep;
use tonic::Status;
use tracing::{info, warn};

use crate::flow::{Corpus, CorpusDocument};
use crate::library::Library;
use crate::run::Peers;

const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(5);

/// Puts every flow's documents into their collections; the same again changes nothing.
///
/// Says whether that was done; it is not where it is stopped first.
pub(super) async fn load(library: &Library, peers: &Peers, stop: &CancellationToken) -> bool {
    for flow in library.all() {
        let Some(corpus) = flow.corpus() else { continue };
        let mut wait = SHORTEST;
        while let Err(status) = auth::scope(Tenant::default(), put(&corpus, peers)).await {
            // The same document is refused the same way again; the others may serve.
            if !Kind::of(&status).is_retryable() {
                let code = reason(&status);
                warn!(flow = flow.name, code, "a flow's documents are refused");
                break;
            }
            tokio::select! {
                () = sleep(wait) => wait = (wait * 2).min(LONGEST),
                () = stop.cancelled() => return false,
            }
        }
        let (collection, documents) = (corpus.collection, corpus.documents.len());
        info!(flow = flow.name, collection, documents, "a flow's documents are in");
    }
    true
}

async fn put(corpus: &Corpus<'_>, peers: &Peers) -> Result<(), Status> {
    let mut retrieval = peers.retrieval.clone();
    for document in corpus.documents {
        let CorpusDocument { id, title, text, metadata_json } = document.clone();
        let metadata = Metadata { json: metadata_json };
        let request = PutDocumentRequest {
            collection: corpus.collection.to_owned(),
            document_id: id,
            text,
            title,
            metadata: Some(metadata).filter(|metadata| !metadata.json.is_empty()),
            ..PutDocumentRequest::default()
        };
        retrieval.put_document(request).await?;
    }
    Ok(())
}
