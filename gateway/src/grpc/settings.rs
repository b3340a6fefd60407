//! A collection's settings between HTTP and gRPC.

use proto::retrieval as pb;

use crate::request::{ChunkBy, Chunking, CollectionSettings};

/// What a caller sets.
pub(super) fn said(settings: CollectionSettings) -> pb::CollectionSettings {
    pb::CollectionSettings {
        chunking: settings.chunking.map(|chunking| pb::Chunking {
            tokens: chunking.tokens,
            overlap: chunking.overlap,
            by: match chunking.by {
                None => pb::ChunkBy::Unspecified,
                Some(ChunkBy::Auto) => pb::ChunkBy::Auto,
                Some(ChunkBy::Sentence) => pb::ChunkBy::Sentence,
                Some(ChunkBy::Markdown) => pb::ChunkBy::Markdown,
            }
            .into(),
        }),
    }
}

/// What is set.
pub(super) fn told(settings: pb::CollectionSettings) -> CollectionSettings {
    let chunking = |chunking: pb::Chunking| Chunking {
        by: match chunking.by() {
            pb::ChunkBy::Unspecified => None,
            pb::ChunkBy::Auto => Some(ChunkBy::Auto),
            pb::ChunkBy::Sentence => Some(ChunkBy::Sentence),
            pb::ChunkBy::Markdown => Some(ChunkBy::Markdown),
        },
        tokens: chunking.tokens,
        overlap: chunking.overlap,
    };
    CollectionSettings { chunking: settings.chunking.map(chunking) }
}
