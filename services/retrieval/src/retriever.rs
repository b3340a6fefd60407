//! The use-case: what can be asked of collections, and what is checked before a store hears of it.

mod attaching;
mod collections;
mod documents;
mod embedding;
mod putting;
mod searching;

use std::sync::Arc;

use chassis::clock::Clock;
use chassis::config::Database;
use chassis::http::Client;

use crate::config::Chunking;
use crate::embed::Embedders;
use crate::retriever::attaching::shelve;
pub(crate) use crate::retriever::putting::{Arriving, Told};
use crate::retriever::searching::Looked;
use crate::store::{self, Store};
use crate::{Config, Error};

/// Searches and keeps collections; cheap to clone.
#[derive(Clone)]
pub struct Retriever {
    store: Arc<dyn Store>,
    embedders: Embedders,
    looked: Looked,
    chunking: Chunking,
}

impl Retriever {
    /// Opens the store that is configured, and brings its tables up to date; looks for the table
    /// that is attached, which may come later if its database is away.
    ///
    /// # Errors
    ///
    /// A store that is in use, read-only, damaged, or of a newer program is refused, each with its
    /// remedy; so is a server that cannot be reached, or that stands behind an unknown pooler; and an
    /// attached database that turns us away, or whose table does not fit; and a damaged model.
    pub async fn open(
        database: &Database,
        config: &Config,
        client: Client,
        clock: Clock,
    ) -> Result<Self, Error> {
        let (chunking, looked) = (config.chunking, Looked::default());
        let embedders = Embedders::open(config, &client).await?;
        let own = store::open(database, config, clock).await?;
        let store = shelve(own, database, &config.attached, &embedders).await?;
        Ok(Self { store, embedders, looked, chunking })
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
