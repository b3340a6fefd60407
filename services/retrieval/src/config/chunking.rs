use chassis::config::{Error, Origin, Settings};
use serde::Deserialize;

use crate::chunk::{Cut, Measure};
use crate::collection::{self, ChunkBy};
use crate::embed::Embedder;

/// How texts are cut, where a collection does not say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunking {
    /// By tokens; what a collection leaves open is as here.
    tokens: Sizes,
    /// By characters, where that is configured instead.
    characters: Option<Sizes>,
    by: ChunkBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sizes {
    size: usize,
    overlap: usize,
}

#[derive(Deserialize)]
struct Section {
    chunk_size: usize,
    chunk_overlap: usize,
    chunk: Tokens,
}

#[derive(Deserialize)]
struct Tokens {
    tokens: u32,
    overlap: u32,
    by: ChunkBy,
}

impl Chunking {
    /// Reads how texts are cut: by tokens, or by characters where their number is set.
    pub(crate) fn read(settings: &Settings) -> Result<Self, Error> {
        let Section { chunk_size, chunk_overlap, chunk } = settings.section("retrieval")?;
        let tokens = by_tokens(settings, &chunk)?;
        let characters = match chunk_size {
            0 => None,
            _ => Some(by_characters(settings, chunk_size, chunk_overlap)?),
        };
        Ok(Self { tokens, characters, by: chunk.by })
    }

    /// How the texts of a collection are cut: one that has settings of its own goes by tokens.
    ///
    /// They are those of the model that reads the chunks, and never more than it reads.
    pub(crate) fn of<'m>(
        &self,
        settings: &collection::Settings,
        model: Option<&'m dyn Embedder>,
    ) -> Cut<'m> {
        if let (None, Some(Sizes { size, overlap })) = (settings.chunking, self.characters) {
            return Cut { size, overlap, measure: Measure::Characters, by: self.by };
        }
        let own = settings.chunking.unwrap_or_default();
        let asked = own.tokens.map_or(self.tokens.size, |tokens| tokens as usize);
        let overlap = own.overlap.map_or(self.tokens.overlap, |overlap| overlap as usize);
        let longest = model.and_then(Embedder::longest).unwrap_or(usize::MAX);
        let size = asked.min(longest);
        let measure = model.map_or(Measure::Estimate, Measure::Model);
        Cut { size, overlap: overlap.min(size / 2), measure, by: own.by.unwrap_or(self.by) }
    }
}

fn by_tokens(settings: &Settings, chunk: &Tokens) -> Result<Sizes, Error> {
    let key = "retrieval.chunk.tokens";
    if !collection::Chunking::TOKENS.contains(&chunk.tokens) {
        return Err(settings.refuse(key, "is out of range", "choose from 16 to 8192"));
    }
    if chunk.overlap > chunk.tokens / 2 {
        let remedy = "choose at most half of retrieval.chunk.tokens";
        return Err(settings.refuse("retrieval.chunk.overlap", "is too large", remedy));
    }
    let (size, overlap) = (chunk.tokens as usize, chunk.overlap as usize);
    Ok(Sizes { size, overlap })
}

fn by_characters(settings: &Settings, size: usize, overlap: usize) -> Result<Sizes, Error> {
    if !(100..=8000).contains(&size) {
        let remedy = "choose from 100 to 8000, or 0 to cut by retrieval.chunk.tokens";
        return Err(settings.refuse("retrieval.chunk_size", "is out of range", remedy));
    }
    if overlap > size / 2 {
        let remedy = "choose at most half of retrieval.chunk_size";
        return Err(settings.refuse("retrieval.chunk_overlap", "is too large", remedy));
    }
    for key in ["retrieval.chunk.tokens", "retrieval.chunk.overlap"] {
        if *settings.origin(key) != Origin::Default {
            let remedy = "set one of the two only";
            return Err(settings.refuse(key, "contradicts retrieval.chunk_size", remedy));
        }
    }
    Ok(Sizes { size, overlap })
}
