//! The bundled flow on the real services, without a model and with the embedded store.

use std::sync::Arc;

use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel;
use chassis::clock::Clock;
use chassis::config::{Database, Settings, Sources};
use chassis::http::{Outbound, OutboundConfig};
use chassis::secret::Secret;
use chassis::server::Services;
use generation::Generator;
use jobs::flow::{Flow, Flows};
use jobs::run::{self, Peers, StepError};
use proto::common::Metadata;
use proto::retrieval::PutDocumentRequest;
use rerank::Reranker;
use retrieval::Retriever;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

struct World {
    peers: Peers,
    flow: Arc<Flow>,
    _folder: TempDir,
}

/// What a job came to.
struct End {
    result: Value,
    degraded: Vec<String>,
    done: Map<String, Value>,
}

impl World {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite { folder: folder.path().to_owned(), max_connections: 2 };
        let defaults = [retrieval::DEFAULTS, generation::DEFAULTS];
        let overrides = vec![("retrieval.embedder".to_owned(), "none".to_owned())];
        let sources = Sources { defaults: &defaults, overrides, ..Sources::default() };
        let settings = Settings::load(&sources).unwrap();

        let config = retrieval::Config::read(&settings).unwrap();
        let outbound = Outbound::new(&OutboundConfig::default()).unwrap();
        let opened =
            Retriever::open(&database, &config, outbound.operator(), Clock::default()).await;
        let (documents, collections) = retrieval::servers(opened.unwrap());
        let config = generation::Config::read(&settings).unwrap();
        let generator = Generator::new(config, outbound.operator());
        let stack = Services::new()
            .add(documents)
            .add(collections)
            .add(rerank::server(Reranker::new(rerank::Config::default(), outbound.operator())))
            .add(generation::server(generator))
            .build(Verifier::new(Secret::default(), Secret::default(), Tenant::default()));
        let channel = channel::local(stack, Credentials::default());
        let peers = Peers::new(channel.clone(), channel.clone(), channel);
        let flow = Flows::bundled().unwrap().get("proposal").unwrap();
        Self { peers, flow, _folder: folder }
    }

    /// Loads the sample portfolio.
    async fn with_sample(self) -> Self {
        let corpus = self.flow.corpus().unwrap();
        for document in corpus.documents {
            let request = PutDocumentRequest {
                collection: corpus.collection.to_owned(),
                document_id: document.id.clone(),
                text: document.text.clone(),
                title: document.title.clone(),
                metadata: Some(Metadata { json: document.metadata_json.clone() }),
                ..PutDocumentRequest::default()
            };
            self.peers.retrieval.clone().put_document(request).await.unwrap();
        }
        self
    }

    async fn run(&self, input: &Value) -> Result<End, StepError> {
        let accepted = self.flow.accept(&input.to_string()).unwrap();
        let input = serde_json::from_str(&accepted.input).unwrap();
        let (mut done, mut degraded) = (Map::new(), Vec::new());
        for step in &self.flow.steps {
            let outcome = run::step(&self.peers, &self.flow, step, &input, &done).await?;
            // Through text, as a checkpoint goes.
            let value = serde_json::from_str(&outcome.value.to_string()).unwrap();
            done.insert(step.id.clone(), value);
            let told = outcome.degraded.into_iter();
            let new: Vec<String> = told.filter(|what| !degraded.contains(what)).collect();
            degraded.extend(new);
        }
        let result = run::finish(&self.flow, &input, &done)?;
        Ok(End { result, degraded, done })
    }
}

#[tokio::test]
async fn the_sample_becomes_a_proposal_that_cites_the_sample_portfolio() {
    let world = World::start().await.with_sample().await;
    let input: Value = serde_json::from_str(world.flow.sample().unwrap()).unwrap();
    let End { result, degraded, done } = world.run(&input).await.unwrap();

    assert_eq!(done["evidence"]["collection"], "proposal-sample");
    assert_eq!(done["best"]["passages"][0]["document_id"], "maintenance-manual-assistant");
    assert_eq!(
        degraded,
        ["generation: local", "sample_corpus", "dense: absent", "cohere: no credentials"]
    );
    let members: Vec<&String> = result.as_object().unwrap().keys().collect();
    assert_eq!(members, ["proposal", "citations", "confidence", "provider"]);
    assert_eq!((&result["provider"], &result["confidence"]), (&json!("local"), &json!(0.6)));
    let citations = result["citations"].as_array().unwrap();
    assert!(!citations.is_empty());
    for citation in citations {
        let marker = citation["marker"].as_str().unwrap();
        assert!(result["proposal"].as_str().unwrap().contains(marker), "{marker} is in the text");
    }
}

#[tokio::test]
async fn without_a_portfolio_the_text_is_honest() {
    let world = World::start().await;
    let input = json!({ "title": "Mend our pumps", "description": "They leak." });
    let End { result, degraded, .. } = world.run(&input).await.unwrap();
    assert!(degraded.contains(&"no_evidence".to_owned()), "{degraded:?}");
    assert_eq!((&result["citations"], &result["confidence"]), (&json!([]), &json!(0.2)));
    assert!(!result["proposal"].as_str().unwrap().trim().is_empty());
}

#[tokio::test]
async fn a_portfolio_that_is_named_must_exist() {
    let world = World::start().await.with_sample().await;
    let input = json!({ "title": "a", "description": "b", "collection": "mine" });
    let error = world.run(&input).await.err().unwrap();
    assert_eq!((error.code.as_str(), error.hop), ("collection_not_found", "retrieval"));
}
