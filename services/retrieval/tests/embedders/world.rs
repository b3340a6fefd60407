//! A provider, and a retriever that embeds with it.

use chassis::auth::Tenant;
use chassis::clock::Clock;
use chassis::config::{self, Database, Settings, Sources};
use chassis::failure::Failure;
use chassis::http::{Outbound, OutboundConfig};
use retrieval::{Config, DEFAULTS, Embedding, Error, Made, Purpose, Retriever};
use tempfile::TempDir;

use crate::provider::{Provider, embed};

/// The settings of each provider, without its place.
pub(crate) const ALL: [&str; 3] = ["openai", "cohere", "tei"];

pub(crate) struct World {
    pub(crate) provider: Provider,
    pub(crate) retriever: Retriever,
    _folder: TempDir,
}

impl World {
    /// One that embeds with the provider of this name.
    pub(crate) async fn of(name: &str, more: &[(&str, &str)]) -> Self {
        let provider = Provider::start().await;
        let folder = tempfile::tempdir().unwrap();
        let config = config(&[settings(name, &provider.url), owned(more)].concat()).unwrap();
        let database = Database::Sqlite { folder: folder.path().to_owned(), max_connections: 2 };
        let client = Outbound::new(&OutboundConfig::default()).unwrap().operator();
        let opened = Retriever::open(&database, &config, client, Clock::default()).await;
        Self { provider, retriever: opened.unwrap(), _folder: folder }
    }

    pub(crate) async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Made, Error> {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.ask(Embedding { texts, purpose, ..Embedding::default() }).await
    }

    pub(crate) async fn ask(&self, embedding: Embedding) -> Result<Made, Error> {
        self.retriever.vectors(&Tenant::default(), embedding).await
    }

    /// Why it makes no vector of a text now.
    pub(crate) async fn refusal(&self) -> (&'static str, String) {
        let error = self.embed(&["a text"], Purpose::Passage).await.unwrap_err();
        (error.reason(), error.to_string())
    }
}

fn settings(name: &str, url: &str) -> Vec<(String, String)> {
    match name {
        "openai" => owned(&[
            ("retrieval.embedder", "openai"),
            ("retrieval.openai.api_key", "a key"),
            ("retrieval.openai.base_url", &format!("{url}/v1/")),
            ("retrieval.openai.model", "hashed"),
        ]),
        "cohere" => owned(&[
            ("retrieval.embedder", "cohere"),
            ("retrieval.cohere.api_key", "a key"),
            ("retrieval.cohere.base_url", url),
            ("retrieval.cohere.model", "embed-test"),
        ]),
        _ => owned(&[
            ("retrieval.embedder", "tei"),
            ("retrieval.tei.base_url", url),
            ("retrieval.tei.model", "intfloat/e5-base-v2"),
        ]),
    }
}

pub(crate) fn owned(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn config(settings: &[(String, String)]) -> Result<Config, config::Error> {
    let overrides = settings.to_vec();
    let sources = Sources { defaults: &[DEFAULTS], overrides, ..Sources::default() };
    Config::read(&Settings::load(&sources).unwrap())
}

/// The vector of a text as it was sent, of length one.
pub(crate) fn expected(sent: &str) -> Vec<f32> {
    let vector = embed(sent);
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    vector.iter().map(|number| number / length).collect()
}

/// Whether two vectors are the same but for rounding.
pub(crate) fn is_near(made: &[f32], expected: &[f32]) -> bool {
    made.len() == expected.len() && made.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6)
}
