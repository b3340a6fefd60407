//! The table of vectors, as it is there in this database.

use crate::config::Indexing;
use crate::store::postgres::extension::Extension;

/// The most numbers of a vector that an index holds.
const INDEXED: u32 = 4000;

/// Where the extension is, and what is to be done about indexes.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) extension: Extension,
    pub(super) indexing: Indexing,
    /// Whether indexes can be built: not where nothing but a pooler is known.
    pub(super) is_direct: bool,
}

impl Table {
    /// Something of the extension by its full name.
    pub(super) fn name(&self, name: &str) -> String {
        self.extension.name(name)
    }

    /// One of its operators.
    pub(super) fn operator(&self, sign: &str) -> String {
        self.extension.operator(sign)
    }

    /// A vector in half the size, which is what an index holds.
    pub(super) fn half(&self, dimension: u32) -> String {
        format!("(embedding::{}({dimension}))", self.name("halfvec"))
    }

    /// Whether an index is wanted for so many vectors of this length.
    pub(super) fn wants_index(&self, vectors: u64, dimension: u32) -> bool {
        vectors >= self.indexing.from_chunks && self.can_index(dimension)
    }

    /// Whether an index holds vectors of this length.
    pub(super) fn can_index(&self, dimension: u32) -> bool {
        dimension <= INDEXED
    }
}
