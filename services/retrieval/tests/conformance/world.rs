//! One store with a clock that the test moves, and documents made with few words.

use std::panic::{AssertUnwindSafe, resume_unwind};

use chassis::auth::Tenant;
use chassis::clock::Clock;
use chassis::config::{self, Database, Pooler, Sources};
use chassis::http::{Client, Outbound, OutboundConfig};
use futures_util::FutureExt;
use retrieval::collection::{Collection, Settings};
use retrieval::document::{NewDocument, Put};
use retrieval::page::PageRequest;
use retrieval::search::{Found, Search};
use retrieval::{Config, DEFAULTS, Error, Retriever};
use tempfile::TempDir;

use crate::postgres;

/// The collection that tests use where they need one.
pub(crate) const NOTES: &str = "notes";

/// A retriever, and what it stands on.
pub(crate) struct World {
    pub(crate) retriever: Retriever,
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    /// Made once for all worlds of a test; the first to end drops it.
    folder: TempDir,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite { folder: folder.path().to_owned(), max_connections: 4 };
        Self::open(database, folder).await
    }

    pub(crate) async fn postgres(pooler: Pooler) -> Self {
        let url = postgres::create().await.into();
        let database = Database::Postgres { url, direct_url: None, pooler, max_connections: 8 };
        Self::open(database, tempfile::tempdir().unwrap()).await
    }

    async fn open(database: Database, folder: TempDir) -> Self {
        let clock = Clock::default();
        let retriever = open(&database, &clock).await.unwrap();
        Self { retriever, database, clock, folder }
    }

    /// Runs a behaviour and cleans up, whatever it did.
    pub(crate) async fn run(self, behaviour: impl AsyncFnOnce(&Self)) {
        let done = AssertUnwindSafe(behaviour(&self)).catch_unwind().await;
        self.retriever.close().await;
        if let Database::Postgres { url, .. } = &self.database {
            postgres::drop(url.expose()).await;
        }
        drop(self.folder);
        if let Err(panic) = done {
            resume_unwind(panic);
        }
    }

    /// A second retriever on the same rows.
    pub(crate) async fn again(&self) -> Result<Retriever, Error> {
        open(&self.database, &self.clock).await
    }

    /// The same rows, with other settings.
    pub(crate) async fn reopen(&self, settings: &[(&str, &str)]) -> Retriever {
        self.retriever.close().await;
        Retriever::open(&self.database, &config(settings), client(), self.clock.clone())
            .await
            .unwrap()
    }

    pub(crate) async fn put(&self, id: &str, text: &str) -> Put {
        self.put_as(&tenant(), new(id, text)).await
    }

    pub(crate) async fn put_with(&self, id: &str, text: &str, metadata: &str) -> Put {
        self.put_as(&tenant(), NewDocument { metadata: metadata.to_owned(), ..new(id, text) }).await
    }

    pub(crate) async fn put_as(&self, tenant: &Tenant, document: NewDocument) -> Put {
        self.retriever.put(tenant, document).await.unwrap()
    }

    pub(crate) async fn search(&self, query: &str) -> Found {
        self.find(search(query)).await
    }

    pub(crate) async fn find(&self, search: Search) -> Found {
        self.retriever.search(&tenant(), search).await.unwrap()
    }

    /// The ids of the documents that a query finds, best first.
    pub(crate) async fn ids(&self, query: &str) -> Vec<String> {
        ids(&self.search(query).await)
    }

    /// The ids of every document of a collection, by pages of this size.
    pub(crate) async fn list(&self, collection: &str, size: i32) -> Vec<String> {
        let mut ids = Vec::new();
        let mut page = PageRequest { size, token: String::new() };
        loop {
            let listed = self.retriever.documents(&tenant(), collection, &page).await.unwrap();
            ids.extend(listed.rows.into_iter().map(|document| document.document_id));
            if listed.next_token.is_empty() {
                return ids;
            }
            page.token = listed.next_token;
        }
    }

    /// Holds the collection's statistics against its documents.
    pub(crate) async fn audit(&self, collection: &str) {
        let said = self.retriever.collection(&tenant(), collection).await.unwrap();
        let page = PageRequest { size: 1000, token: String::new() };
        let there = self.retriever.documents(&tenant(), collection, &page).await.unwrap().rows;
        let mut bytes = 0;
        for document in &there {
            let id = &document.document_id;
            bytes += self.retriever.document(&tenant(), collection, id).await.unwrap().text.len();
        }
        let chunks: u64 = there.iter().map(|document| u64::from(document.chunks)).sum();
        let counted = (there.len() as u64, chunks, bytes as u64);
        assert_eq!((said.documents, said.chunks, said.text_bytes), counted);
    }
}

pub(crate) fn config(settings: &[(&str, &str)]) -> Config {
    let settings = [&[("retrieval.embedder", "none")], settings].concat();
    let overrides = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let sources =
        Sources { defaults: &[DEFAULTS], overrides: overrides.collect(), ..Sources::default() };
    Config::read(&config::Settings::load(&sources).unwrap()).unwrap()
}

/// Nothing calls anybody here.
pub(crate) fn client() -> Client {
    Outbound::new(&OutboundConfig::default()).unwrap().operator()
}

pub(crate) async fn open(database: &Database, clock: &Clock) -> Result<Retriever, Error> {
    Retriever::open(database, &config(&[]), client(), clock.clone()).await
}

/// Makes a collection that is treated as configured.
pub(crate) async fn make(
    retriever: &Retriever,
    name: &str,
    description: &str,
) -> Result<Collection, Error> {
    retriever.create_collection(&tenant(), name, description, &Settings::default()).await
}

pub(crate) fn tenant() -> Tenant {
    Tenant::default()
}

pub(crate) fn other_tenant() -> Tenant {
    Tenant::new("other").unwrap()
}

pub(crate) fn new(id: &str, text: &str) -> NewDocument {
    NewDocument {
        collection: NOTES.to_owned(),
        document_id: id.to_owned(),
        text: text.to_owned(),
        ..NewDocument::default()
    }
}

pub(crate) fn search(query: &str) -> Search {
    Search { collection: NOTES.to_owned(), query: query.to_owned(), ..Search::default() }
}

pub(crate) fn ids(found: &Found) -> Vec<String> {
    found.passages.iter().map(|passage| passage.document_id.clone()).collect()
}
