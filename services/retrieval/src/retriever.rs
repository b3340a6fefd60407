//! The use-case: what can be asked of collections, and what is checked before a store hears of it.

mod collections;
mod documents;
mod embedding;
mod putting;
mod searching;

use std::collections::BTreeMap;
use std::sync::Arc;

use chassis::auth::Tenant;
use chassis::clock::Clock;
use chassis::config::Database;
use chassis::http::Client;

use crate::config::{Chunking, Supabase};
use crate::embed::Embedders;
pub(crate) use crate::retriever::putting::{Arriving, Told};
use crate::retriever::searching::Looked;
use crate::store::{self, Attached, Origin, Shelves, Store};
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
        let store = match config.supabase.clone() {
            Some(supabase) => attach(own, supabase, embedders.clone()).await?,
            None => own,
        };
        Ok(Self { store, embedders, looked, chunking })
    }

    /// Ends every connection; what was answered is committed.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

/// Puts the table beside the collections of our own.
async fn attach(
    own: Arc<dyn Store>,
    config: Supabase,
    embedders: Embedders,
) -> Result<Arc<dyn Store>, Error> {
    let Supabase { collection, setting, place, mapping } = config;
    if own.collection(&Tenant::default(), &collection).await?.is_some() {
        tracing::warn!(
            collection,
            "the attached table hides a collection of the same name; set retrieval.supabase.collection to another to see both"
        );
    }
    let origin = Arc::new(Origin::new(place));
    let attached =
        Attached::new(collection.clone(), setting, Arc::clone(&origin), mapping, embedders);
    if let Err(error) = attached.look().await {
        own.close().await;
        return Err(error);
    }
    let fixed = BTreeMap::from([(collection, attached)]);
    Ok(Arc::new(Shelves::new(own, fixed, vec![origin])))
}

/// Brings the tables of the store that is configured up to date, and nothing more.
///
/// # Errors
///
/// As [`Retriever::open`].
pub async fn migrate(database: &Database) -> Result<(), Error> {
    store::migrate(database).await
}
