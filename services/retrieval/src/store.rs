//! Where collections, documents and chunks are kept. Every statement of SQL is below here.
//!
//! A store answers `None` where the tenant has no such collection. What one call writes is
//! committed when it returns, all of it or nothing.

mod attached;
mod bm25;
mod failure;
mod passing;
mod postgres;
mod row;
mod shelves;
mod sqlite;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use chassis::auth::Tenant;
use chassis::clock::Clock;
use chassis::config::Database;

use crate::attachment::{Seen, TableSource};
use crate::collection::{Change, Collection, Settings};
use crate::document::{Document, Put};
use crate::embed::{Space, Vector};
use crate::filter::Filter;
use crate::fuse::{Hit, Key};
use crate::page::Span;
use crate::prepare::{PieceHash, Prepared};
pub(crate) use crate::store::attached::{Attached, Origin};
pub(crate) use crate::store::row::StoredPassage;
pub(crate) use crate::store::shelves::{Origins, Shelves};
use crate::{Config, Error};

/// How much more a word of the title weighs than one of the text.
const TITLE_WEIGHT: f64 = 2.0;

/// Keeps the rows of every tenant.
#[async_trait]
pub(crate) trait Store: Send + Sync {
    /// Makes a collection; `None` where there is one of this name.
    async fn create_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        description: &str,
        settings: &Settings,
    ) -> Result<Option<Collection>, Error>;

    /// Changes what a collection is for and how it is treated; `None` where there is none.
    async fn update_collection(
        &self,
        tenant: &Tenant,
        name: &str,
        change: &Change,
    ) -> Result<Option<Collection>, Error>;

    /// What was set for a collection alone, without its statistics.
    async fn settings(&self, tenant: &Tenant, name: &str) -> Result<Option<Settings>, Error>;

    /// One collection with its statistics.
    async fn collection(&self, tenant: &Tenant, name: &str) -> Result<Option<Collection>, Error>;

    /// The tenant's collections, in the order of their names.
    async fn collections(&self, tenant: &Tenant, span: &Span) -> Result<Vec<Collection>, Error>;

    /// Deletes a collection; says how many documents went with it.
    async fn delete_collection(&self, tenant: &Tenant, name: &str) -> Result<Option<u64>, Error>;

    /// What there is of a document that is to be put, and of its collection's spaces.
    async fn known(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Known, Error>;

    /// Stores a document in place of an older version; makes a missing collection, which lives in the
    /// spaces of the vectors from then on where it lived in none.
    ///
    /// The same content again changes nothing but vectors that are missing. `None` where the collection
    /// lives in a space that the vectors are not of; then nothing was written.
    async fn put(&self, tenant: &Tenant, prepared: &Prepared) -> Result<Option<Put>, Error>;

    /// One document with its text.
    async fn document(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_id: &str,
    ) -> Result<Option<Document>, Error>;

    /// A collection's documents without their texts, in the order of their ids.
    async fn documents(
        &self,
        tenant: &Tenant,
        collection: &str,
        span: &Span,
    ) -> Result<Option<Vec<Document>>, Error>;

    /// Deletes documents; says how many were there.
    async fn delete(
        &self,
        tenant: &Tenant,
        collection: &str,
        document_ids: &[String],
    ) -> Result<Option<u64>, Error>;

    /// Deletes documents that a filter leaves, at most so many; says how many those were.
    async fn delete_passing(
        &self,
        tenant: &Tenant,
        collection: &str,
        filter: &Filter,
        most: u32,
    ) -> Result<Option<u64>, Error>;

    /// The spaces that a collection's vectors live in, first the one that is searched; none where
    /// it has no vectors.
    async fn spaces(&self, tenant: &Tenant, collection: &str) -> Result<Vec<Kept>, Error>;

    /// Why a collection can have no vectors here, and what to do about it; nothing where it can.
    async fn lacks_vectors(&self, _: &Tenant, _: &str) -> Result<Option<&str>, Error> {
        Ok(None)
    }

    /// A text with its vector, for a look at which model made the vectors; `None` where there is none.
    async fn sample(&self, tenant: &Tenant, collection: &str) -> Result<Option<Sample>, Error>;

    /// A view of one collection that does not change while it is searched.
    async fn snapshot(
        &self,
        tenant: &Tenant,
        collection: &str,
    ) -> Result<Option<Box<dyn Snapshot>>, Error>;

    /// Lets a name stand for a table of somebody else's; false where the name is taken.
    async fn attach(
        &self,
        tenant: &Tenant,
        name: &str,
        source: &TableSource,
    ) -> Result<bool, Error>;

    /// Forgets a name's table; false where it stands for none.
    async fn detach(&self, tenant: &Tenant, name: &str) -> Result<bool, Error>;

    /// Which table a name stands for, where it does.
    async fn attachment(&self, tenant: &Tenant, name: &str) -> Result<Option<TableSource>, Error>;

    /// The tenant's names that stand for tables, in their order.
    async fn attachments(
        &self,
        tenant: &Tenant,
        span: &Span,
    ) -> Result<Vec<(String, TableSource)>, Error>;

    /// The tables that could be attached from a database, or from every one that is known.
    async fn tables(&self, _: &Tenant, _: &str) -> Result<Vec<Seen>, Error> {
        Ok(Vec::new())
    }

    /// Ends every connection.
    async fn close(&self);
}

/// One collection at one moment: what every leg of a search looks at.
#[async_trait]
pub(crate) trait Snapshot: Send {
    /// How many documents the collection holds.
    fn documents(&self) -> u64;

    /// For each query the chunks that have any of its words, of documents that the filter leaves;
    /// best first.
    async fn keyword(
        &mut self,
        queries: &[Query<'_>],
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Ranked>, Error>;

    /// For each vector the chunks whose vectors are nearest, of documents that the filter leaves;
    /// best first. Asked only of a space that the collection has, with vectors of its length.
    async fn dense(
        &mut self,
        space: &Space,
        vectors: &[Vector],
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Ranked>, Error>;

    /// How many documents the filter leaves; `None` where that is not known before the rows are read.
    async fn passing(&mut self, filter: &Filter) -> Result<Option<u64>, Error>;

    /// Which of these fields no document has; none where that is not known.
    async fn unknown(&mut self, fields: &[&str]) -> Result<Vec<String>, Error>;

    /// What was stored of these chunks, in any order.
    async fn passages(&mut self, keys: &[Key]) -> Result<Vec<StoredPassage>, Error>;
}

/// A query as it was written, and its words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a> {
    pub(crate) text: &'a str,
    pub(crate) words: &'a [String],
}

/// A space that vectors of a collection live in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) space: Space,
    /// Whether every chunk has its vector there, so that a search may look in it.
    pub(crate) is_whole: bool,
    /// Whether nobody wrote down what made the vectors, as in a table of another program.
    pub(crate) is_guessed: bool,
}

/// What there is of a document that is to be put.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Whether its content is there already, with a vector of every chunk in every space.
    pub(crate) is_whole: bool,
    /// The spaces of the collection, each with the vectors that are there of the pieces to put.
    pub(crate) spaces: Vec<(Space, HashMap<PieceHash, Vector>)>,
}

/// A text, and the vector that some model made of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) text: String,
    pub(crate) vector: Vec<f32>,
}

/// What one leg found, and how.
#[derive(Debug, Default)]
pub(crate) struct Ranked {
    pub(crate) hits: Vec<Hit>,
    /// How it was searched, for an explanation; empty where there is only one way.
    pub(crate) how: String,
    /// Why there are fewer hits than match; empty where that is not so.
    pub(crate) short: String,
    /// What the caller should know.
    pub(crate) warning: String,
}

impl From<Vec<Hit>> for Ranked {
    fn from(hits: Vec<Hit>) -> Self {
        Self { hits, ..Self::default() }
    }
}

/// Opens the store that is configured, and brings its tables up to date.
pub(crate) async fn open(
    database: &Database,
    config: &Config,
    clock: Clock,
) -> Result<Arc<dyn Store>, Error> {
    match database {
        Database::Sqlite { folder, max_connections } => {
            let bytes = config.vectors_bytes;
            Ok(Arc::new(sqlite::Sqlite::open(folder, *max_connections, bytes, clock).await?))
        }
        Database::Postgres { url, direct_url, pooler, max_connections } => {
            migrate(database).await?;
            let server = postgres::Server { url, direct_url: direct_url.as_ref(), pooler: *pooler };
            let store = postgres::Postgres::open(&server, *max_connections, config.indexing, clock);
            Ok(Arc::new(store.await?))
        }
    }
}

/// Brings the tables of the store that is configured up to date.
pub(crate) async fn migrate(database: &Database) -> Result<(), Error> {
    match database {
        Database::Sqlite { folder, .. } => {
            sqlite::Sqlite::open(folder, 1, 0, Clock::default()).await?.close().await;
            Ok(())
        }
        Database::Postgres { url, direct_url, .. } => {
            postgres::migrate(direct_url.as_ref().unwrap_or(url)).await
        }
    }
}
