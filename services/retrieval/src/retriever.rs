//! The use-case: what can be asked of collections, and what is checked before a store hears of it.

mod collections;
mod documents;
mod searching;

use std::sync::Arc;

use chassis::clock::Clock;
use chassis::config::Database;

use crate::chunk::Chunking;
use crate::store::{self, Store};
use crate::{Config, Error};

/// Searches and keeps collections; cheap to clone.
#[derive(Clone)]
pub struct Retriever {
    store: Arc<dyn Store>,
    chunking: Chunking,
}

impl Retriever {
    /// Opens the store that is configured, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// A store that is in use, read-only, damaged, or of a newer program is refused, each with its
    /// remedy; so is a server that cannot be reached, or that stands behind an unknown pooler.
    pub async fn open(database: &Database, config: &Config, clock: Clock) -> Result<Self, Error> {
        let store = store::open(database, clock).await?;
        Ok(Self { store, chunking: config.chunking() })
    }

    /// Ends every connection; what was answered is committed.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

/// Brings the tables of the store that is configured up to date, and nothing more.
///
/// # Errors
///
/// As [`Retriever::open`].
pub async fn migrate(database: &Database) -> Result<(), Error> {
    store::migrate(database).await
}
