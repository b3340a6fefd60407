//! A database with a table that a library made, a server that embeds, and a retriever on both.

use std::panic::{AssertUnwindSafe, resume_unwind};

use chassis::auth::Tenant;
use chassis::clock::Clock;
use chassis::config::{self, Database, Pooler, Settings, Sources};
use chassis::http::{Outbound, OutboundConfig};
use futures_util::FutureExt;
use retrieval::search::{Filter, Found, Scalar, Search, Test};
use retrieval::{Config, DEFAULTS, Error, Retriever};
use tempfile::TempDir;

use crate::openai::OpenAi;
use crate::postgres;

pub(crate) const PORTFOLIO: &str = "portfolio";
pub(crate) const LLAMAINDEX: &str = include_str!("recorded/llamaindex.sql");
pub(crate) const HNSW: &str = include_str!("recorded/vecs_hnsw.sql");
pub(crate) const EXACT: &str = include_str!("recorded/vecs_exact.sql");

/// What a test stands on; the database is dropped at the end.
pub(crate) struct World {
    /// Where the table is.
    pub(crate) url: String,
    pub(crate) openai: OpenAi,
    /// Where our own collections are.
    folder: TempDir,
}

impl World {
    /// A database that was filled by these statements, and a model whose vectors are so long.
    pub(crate) async fn of(sql: &str, dimension: usize) -> Self {
        let url = postgres::create().await;
        postgres::run_at(&url, sql).await;
        let folder = tempfile::tempdir().unwrap();
        Self { url, openai: OpenAi::start(dimension).await, folder }
    }

    /// A database that is there, and stays.
    pub(crate) fn at(url: &str, openai: OpenAi) -> Self {
        Self { url: url.to_owned(), openai, folder: tempfile::tempdir().unwrap() }
    }

    /// Runs a behaviour and cleans up, whatever it did.
    pub(crate) async fn run(self, behaviour: impl AsyncFnOnce(&Self)) {
        let done = AssertUnwindSafe(behaviour(&self)).catch_unwind().await;
        postgres::drop(&self.url).await;
        if let Err(panic) = done {
            resume_unwind(panic);
        }
    }

    /// More statements on the database, by its owner.
    pub(crate) async fn sql(&self, sql: &str) {
        postgres::run_at(&self.url, sql).await;
    }

    /// The settings of a table with a model, and others over them.
    pub(crate) fn settings(&self, more: &[(&str, &str)]) -> Result<Config, config::Error> {
        let mut settings = vec![
            ("retrieval.supabase.url", self.url.as_str()),
            ("retrieval.openai.api_key", "a key"),
            ("retrieval.openai.base_url", self.openai.url.as_str()),
            ("retrieval.openai.model", "hashed"),
            ("retrieval.embedder", "openai"),
        ];
        settings.extend(more);
        read(&settings)
    }

    /// A retriever on the table.
    pub(crate) async fn open(&self, more: &[(&str, &str)]) -> Result<Retriever, Error> {
        self.open_with(&self.settings(more).unwrap()).await
    }

    pub(crate) async fn open_with(&self, config: &Config) -> Result<Retriever, Error> {
        let folder = self.folder.path().to_owned();
        let database = Database::Sqlite { folder, max_connections: 2 };
        let client = Outbound::new(&OutboundConfig::default()).unwrap().operator();
        Retriever::open(&database, config, client, Clock::default()).await
    }

    /// A retriever whose own store is the very database, beside the table that is there.
    pub(crate) async fn open_beside(&self) -> Retriever {
        let config = self.settings(&[("retrieval.supabase.url", "")]).unwrap();
        open_on(&self.url, &config).await
    }

    /// A retriever without a model.
    pub(crate) async fn open_keyless(&self) -> Retriever {
        let config =
            read(&[("retrieval.supabase.url", &self.url), ("retrieval.embedder", "none")]).unwrap();
        self.open_with(&config).await.unwrap()
    }
}

/// A retriever whose own store is on Postgres.
pub(crate) async fn open_on(url: &str, config: &Config) -> Retriever {
    let database = Database::Postgres {
        url: url.to_owned().into(),
        direct_url: None,
        pooler: Pooler::None,
        max_connections: 2,
    };
    let client = Outbound::new(&OutboundConfig::default()).unwrap().operator();
    Retriever::open(&database, config, client, Clock::default()).await.unwrap()
}

pub(crate) fn read(settings: &[(&str, &str)]) -> Result<Config, config::Error> {
    let overrides = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let sources =
        Sources { defaults: &[DEFAULTS], overrides: overrides.collect(), ..Sources::default() };
    Config::read(&Settings::load(&sources).unwrap())
}

pub(crate) fn tenant() -> Tenant {
    Tenant::default()
}

pub(crate) fn search(query: &str) -> Search {
    let (collection, query) = (PORTFOLIO.to_owned(), query.to_owned());
    Search { collection, query, explain: true, ..Search::default() }
}

pub(crate) async fn find(retriever: &Retriever, search: Search) -> Found {
    retriever.search(&tenant(), search).await.unwrap()
}

/// The ids and texts of what was found.
pub(crate) fn rows(found: &Found) -> Vec<(String, String)> {
    let row =
        |passage: &retrieval::search::Passage| (passage.document_id.clone(), passage.text.clone());
    found.passages.iter().map(row).collect()
}

pub(crate) fn ids(found: &Found) -> Vec<String> {
    found.passages.iter().map(|passage| passage.document_id.clone()).collect()
}

/// That a member of the metadata is this text.
pub(crate) fn equals(field: &str, value: &str) -> Filter {
    let test = Test::Equals(Some(Scalar::Text(value.to_owned())));
    Filter::Field { field: field.to_owned(), test }
}
