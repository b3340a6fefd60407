use chassis::config::{self, Settings};
use serde::Deserialize;

/// What an index on vectors is worth, on Postgres.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Indexing {
    /// From how many vectors of a collection on it has an index.
    pub(crate) from_chunks: u64,
    /// Up to how many vectors that a filter leaves are compared one by one all the same.
    pub(crate) exact_up_to: u64,
    /// How much memory the server may use to build one, in bytes.
    #[serde(deserialize_with = "config::size::deserialize")]
    pub(crate) memory: usize,
}

impl Indexing {
    /// Reads and checks the section `retrieval.index`.
    pub(super) fn read(settings: &Settings) -> Result<Self, config::Error> {
        let section: Self = settings.section("retrieval.index")?;
        if section.from_chunks == 0 {
            let remedy = "choose 1 or more";
            return Err(settings.refuse("retrieval.index.from_chunks", "is out of range", remedy));
        }
        // What the database takes for maintenance_work_mem.
        if !(1024 * 1024..=2_147_483_647 * 1024).contains(&section.memory) {
            let remedy = "choose from 1MiB to 2047GiB";
            return Err(settings.refuse("retrieval.index.memory", "is out of range", remedy));
        }
        Ok(section)
    }
}
