use chassis::config::{self, Settings};
use serde::Deserialize;

const MOST_TEXTS: usize = 256;
const MOST_CALLS: usize = 64;

/// How texts go to what embeds them.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Embed {
    /// How many texts go in one call, where the provider takes so many.
    pub(crate) batch: usize,
    /// How many calls of one provider are under way at once.
    pub(crate) parallel: usize,
    /// How many bytes of vectors are remembered.
    #[serde(with = "chassis::config::size")]
    pub(crate) memory: usize,
}

impl Embed {
    pub(super) fn read(settings: &Settings) -> Result<Self, config::Error> {
        let embed: Self = settings.section("retrieval.embed")?;
        if !(1..=MOST_TEXTS).contains(&embed.batch) {
            let remedy = "choose from 1 to 256";
            return Err(settings.refuse("retrieval.embed.batch", "is out of range", remedy));
        }
        if !(1..=MOST_CALLS).contains(&embed.parallel) {
            let remedy = "choose from 1 to 64";
            return Err(settings.refuse("retrieval.embed.parallel", "is out of range", remedy));
        }
        Ok(embed)
    }
}
