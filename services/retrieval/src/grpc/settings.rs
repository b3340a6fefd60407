//! A collection's settings between the wire and us.

use proto::retrieval as pb;

use crate::Error;
use crate::collection::{ChunkBy, Chunking, Settings};

/// What is set for a collection; nothing where the message is absent.
pub(super) fn settings(settings: Option<pb::CollectionSettings>) -> Result<Settings, Error> {
    let pb::CollectionSettings { chunking } = settings.unwrap_or_default();
    Ok(Settings { chunking: chunking.map(self::chunking).transpose()? })
}

fn chunking(chunking: pb::Chunking) -> Result<Chunking, Error> {
    let by = match pb::ChunkBy::try_from(chunking.by) {
        Ok(pb::ChunkBy::Unspecified) => None,
        Ok(pb::ChunkBy::Auto) => Some(ChunkBy::Auto),
        Ok(pb::ChunkBy::Sentence) => Some(ChunkBy::Sentence),
        Ok(pb::ChunkBy::Markdown) => Some(ChunkBy::Markdown),
        Err(_) => {
            let rule = "must be CHUNK_BY_AUTO, CHUNK_BY_SENTENCE or CHUNK_BY_MARKDOWN";
            return Err(Error::unfit("settings.chunking.by", rule));
        }
    };
    Ok(Chunking { tokens: chunking.tokens, overlap: chunking.overlap, by })
}

/// What was set for a collection, where anything was.
pub(super) fn told(settings: &Settings) -> Option<pb::CollectionSettings> {
    let is_set = *settings != Settings::default();
    is_set.then(|| pb::CollectionSettings { chunking: settings.chunking.map(pb::Chunking::from) })
}

impl From<Chunking> for pb::Chunking {
    fn from(chunking: Chunking) -> Self {
        let by = match chunking.by {
            None => pb::ChunkBy::Unspecified,
            Some(ChunkBy::Auto) => pb::ChunkBy::Auto,
            Some(ChunkBy::Sentence) => pb::ChunkBy::Sentence,
            Some(ChunkBy::Markdown) => pb::ChunkBy::Markdown,
        };
        Self { tokens: chunking.tokens, overlap: chunking.overlap, by: by.into() }
    }
}
