use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::Fields;

const INVALID_SETTINGS: &str = "INVALID_SETTINGS";

/// How one collection is treated, where that differs from the server's configuration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CollectionSettings {
    /// How its documents are cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chunking: Option<Chunking>,
}

/// How documents are cut into chunks; what is absent is left to the server's configuration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Chunking {
    /// The most tokens of a chunk; never more than what the embedding model reads.
    #[schema(minimum = 16, maximum = 8192)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tokens: Option<u32>,
    /// The most tokens that a chunk repeats of the one before where a section was cut; up to half of `tokens`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) overlap: Option<u32>,
    /// Where documents are cut.
    #[schema(inline)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<ChunkBy>,
}

/// Where documents are cut: `auto` by Markdown sections where a text has Markdown headings, else by sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChunkBy {
    /// By Markdown sections where a text has headings, else by sentences.
    Auto,
    /// Between sentences, rather where a paragraph ends.
    Sentence,
    /// By Markdown sections.
    Markdown,
}

impl CollectionSettings {
    /// Reads the member `settings`.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let mut inner = fields.object("settings")?;
        let settings = Self { chunking: Chunking::read(&mut inner) };
        inner.refuse_unknown("chunking");
        fields.absorb(inner);
        Some(settings)
    }
}

impl Chunking {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let mut inner = fields.object("chunking")?;
        let by = inner.raw("by").map(serde_json::from_str);
        if matches!(by, Some(Err(_))) {
            inner.refuse(INVALID_SETTINGS, "by", "must be auto, sentence or markdown");
        }
        let by = by.and_then(Result::ok);
        let chunking =
            Self { tokens: count(&mut inner, "tokens"), overlap: count(&mut inner, "overlap"), by };
        inner.refuse_unknown("tokens, overlap, by");
        fields.absorb(inner);
        Some(chunking)
    }
}

fn count(fields: &mut Fields<'_>, name: &str) -> Option<u32> {
    let number = fields.integer(name, 0..=i32::MAX, INVALID_SETTINGS)?;
    u32::try_from(number).ok()
}
