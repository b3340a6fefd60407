//! The two services as a caller sees them, through the layers that every server has.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use chassis::auth::{Credentials, Tenant, Verifier, scope};
use chassis::channel::{self, Channel, MESSAGE_LIMIT};
use chassis::clock::Clock;
use chassis::config::{Database, Settings, Sources};
use chassis::failure::{Kind, Problem};
use chassis::http::{Outbound, OutboundConfig};
use chassis::secret::Secret;
use chassis::server::Services;
use futures_util::{TryStreamExt, stream};
use prost_types::{Struct, Value, value};
use proto::common::Metadata;
use proto::retrieval::collection_service_client::CollectionServiceClient;
use proto::retrieval::condition::Test;
use proto::retrieval::put_documents_response::Result as Said;
use proto::retrieval::retrieval_service_client::RetrievalServiceClient;
use proto::retrieval::{
    Condition, CreateCollectionRequest, DeleteCollectionRequest, DeleteDocumentsRequest, Filter,
    GetCollectionRequest, GetDocumentRequest, ListCollectionsRequest, ListDocumentsRequest, Mode,
    PutDocumentRequest, PutDocumentsRequest, PutDocumentsResponse, PutOutcome, Range,
    RecordMapping, SearchRequest,
};
use retrieval::{Config, DEFAULTS, Retriever};
use tempfile::TempDir;
use tonic::{Code, Status};

/// Both services on a store of their own.
struct World {
    documents: RetrievalServiceClient<Channel>,
    collections: CollectionServiceClient<Channel>,
    _folder: TempDir,
}

impl World {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite { folder: folder.path().to_owned(), max_connections: 2 };
        let overrides = vec![("retrieval.embedder".to_owned(), "none".to_owned())];
        let sources = Sources { defaults: &[DEFAULTS], overrides, ..Sources::default() };
        let config = Config::read(&Settings::load(&sources).unwrap()).unwrap();
        let client = Outbound::new(&OutboundConfig::default()).unwrap().operator();
        let retriever =
            Retriever::open(&database, &config, client, Clock::default()).await.unwrap();
        let (documents, collections) = retrieval::servers(retriever);
        let token = Secret::from("between roles".to_owned());
        let verifier = Verifier::new(Secret::default(), token.clone(), Tenant::default());
        let stack = Services::new().add(documents).add(collections).build(verifier);
        let channel = channel::local(stack, Credentials::new(&token, &Secret::default()));
        let documents = RetrievalServiceClient::new(channel.clone());
        let collections = CollectionServiceClient::new(channel);
        Self {
            documents: documents
                .max_encoding_message_size(MESSAGE_LIMIT)
                .max_decoding_message_size(MESSAGE_LIMIT),
            collections,
            _folder: folder,
        }
    }

    async fn put(&self, request: PutDocumentRequest) -> Result<PutOutcome, Status> {
        let put = self.documents.clone().put_document(request).await?;
        Ok(put.into_inner().outcome())
    }

    async fn search(&self, request: SearchRequest) -> Result<Vec<String>, Status> {
        let found = self.documents.clone().search(request).await?.into_inner();
        Ok(found.passages.into_iter().map(|passage| passage.document_id).collect())
    }
}

fn put(id: &str, text: &str) -> PutDocumentRequest {
    PutDocumentRequest {
        collection: "notes".to_owned(),
        document_id: id.to_owned(),
        text: text.to_owned(),
        ..PutDocumentRequest::default()
    }
}

fn search(query: &str) -> SearchRequest {
    let (collection, query) = ("notes".to_owned(), query.to_owned());
    SearchRequest { collection, query, ..SearchRequest::default() }
}

fn filter(test: Option<value::Kind>) -> Filter {
    let test = Some(Test::Equals(Value { kind: test }));
    Filter { all: vec![Condition { field: "k".to_owned(), test }] }
}

/// The kind of a refusal, its reason, and the fields that it names.
fn said(status: &Status) -> (Kind, String, Vec<String>) {
    let problem = Problem::of(status);
    let fields = problem.errors.into_iter().map(|error| error.path).collect();
    (Kind::of(status), problem.code.to_uppercase(), fields)
}

#[tokio::test]
async fn a_document_goes_in_is_found_and_goes_out() {
    let world = World::start().await;
    let json = r#"{"n": 9007199254740993}"#.to_owned();
    let metadata = Some(Metadata { json });
    let request = PutDocumentRequest {
        metadata: metadata.clone(),
        title: "On ships".to_owned(),
        ..put("a", "About sailing.")
    };
    assert_eq!(world.put(request.clone()).await.unwrap(), PutOutcome::Created);
    assert_eq!(world.put(request).await.unwrap(), PutOutcome::Unchanged);
    let search = SearchRequest { explain: true, ..search("sailing") };
    let found = world.documents.clone().search(search).await.unwrap().into_inner();
    let passage = &found.passages[0];
    assert_eq!((passage.collection.as_str(), passage.chunk_id.as_str()), ("notes", "a#0"));
    assert_eq!((passage.start, passage.end, passage.score), (0, 14, 1.0));
    assert_eq!((&passage.metadata, passage.title.as_str()), (&metadata, "On ships"));
    assert_eq!(
        passage.scores.iter().map(|score| score.stage.as_str()).collect::<Vec<_>>(),
        ["keyword", "fusion"]
    );
    assert_eq!((found.dense.as_str(), found.collection_documents), ("absent", 1));
    assert_eq!(found.degraded, ["dense: absent"]);
    let get = GetDocumentRequest { collection: "notes".to_owned(), document_id: "a".to_owned() };
    let document =
        world.documents.clone().get_document(get).await.unwrap().into_inner().document.unwrap();
    assert_eq!(
        (document.text.as_str(), document.metadata, document.version),
        ("About sailing.", metadata, 1)
    );
    assert!(document.created_at.unwrap().seconds > 1_600_000_000);
    let delete = DeleteDocumentsRequest {
        collection: "notes".to_owned(),
        document_ids: vec!["a".to_owned()],
        filter: None,
    };
    assert_eq!(
        world.documents.clone().delete_documents(delete).await.unwrap().into_inner().deleted,
        1
    );
    let list = ListDocumentsRequest { collection: "notes".to_owned(), ..Default::default() };
    assert_eq!(
        world.documents.clone().list_documents(list).await.unwrap().into_inner().documents,
        []
    );
}

#[tokio::test]
async fn documents_of_a_stream_are_told_one_by_one() {
    let world = World::start().await;
    let field = |text: &str| Value { kind: Some(value::Kind::StringValue(text.to_owned())) };
    let fields = [("name", "Tea"), ("price", "2"), ("shop", "North")];
    let fields = fields.map(|(name, text)| (name.to_owned(), field(text))).into();
    let mapping = RecordMapping {
        text: vec!["name".to_owned(), "price".to_owned()],
        title: "name".to_owned(),
        ..RecordMapping::default()
    };
    let record = PutDocumentRequest {
        record: Some(Struct { fields }),
        mapping: Some(mapping),
        ..put("tea", "")
    };
    let documents = [
        put("a", "First."),
        put("b", " "),
        put("a", "Second."),
        record.clone(),
        put("a", "Second."),
    ];
    let both = PutDocumentRequest { text: "x".to_owned(), ..record };
    let requests = documents.into_iter().chain([both]);
    let requests = requests.map(|one| PutDocumentsRequest { document: Some(one) });
    let requests = stream::iter(requests.collect::<Vec<_>>());
    let told = world.documents.clone().put_documents(requests).await.unwrap().into_inner();
    let told: Vec<_> = told.map_ok(outcome).try_collect().await.unwrap();
    assert_eq!(
        told,
        [
            "a: PUT_OUTCOME_CREATED 1",
            "b: blank_text text",
            "a: PUT_OUTCOME_UPDATED 2",
            "tea: PUT_OUTCOME_CREATED 1",
            "a: PUT_OUTCOME_UNCHANGED 2",
            "tea: invalid_text record",
        ]
    );
    let get = GetDocumentRequest { collection: "notes".to_owned(), document_id: "tea".to_owned() };
    let got = world.documents.clone().get_document(get).await.unwrap().into_inner();
    let got = got.document.unwrap();
    assert_eq!((got.text.as_str(), got.title.as_str()), ("name: Tea\nprice: 2", "Tea"));
    assert_eq!(got.metadata.unwrap().json, r#"{"shop":"North"}"#);
}

/// What became of a document of a stream, on one line.
fn outcome(told: PutDocumentsResponse) -> String {
    let said = match told.result.unwrap() {
        Said::Stored(put) => {
            format!("{} {}", put.outcome().as_str_name(), put.document.unwrap().version)
        }
        Said::Problem(problem) => format!("{} {}", problem.code, problem.errors[0].path),
    };
    format!("{}: {said}", told.document_id)
}

#[tokio::test]
async fn collections_are_kept() {
    let world = World::start().await;
    let mut client = world.collections.clone();
    let notes = || "notes".to_owned();
    let create = CreateCollectionRequest {
        collection: notes(),
        description: "What we learned".to_owned(),
        ..CreateCollectionRequest::default()
    };
    let made =
        client.create_collection(create.clone()).await.unwrap().into_inner().collection.unwrap();
    assert_eq!((made.description.as_str(), made.embedding_space), ("What we learned", None));
    let again = client.create_collection(create).await.unwrap_err();
    assert_eq!(said(&again), (Kind::Conflict, "COLLECTION_EXISTS".to_owned(), vec![]));
    let list =
        client.list_collections(ListCollectionsRequest::default()).await.unwrap().into_inner();
    assert_eq!((list.collections.len(), list.next_page_token.as_str()), (1, ""));
    world.put(put("a", "Some text.")).await.unwrap();
    let got = client.get_collection(GetCollectionRequest { collection: notes() }).await.unwrap();
    assert_eq!(got.into_inner().collection.unwrap().documents, 1);
    let deleted = client.delete_collection(DeleteCollectionRequest { collection: notes() }).await;
    assert_eq!(deleted.unwrap().into_inner().deleted_documents, 1);
    let gone =
        client.get_collection(GetCollectionRequest { collection: notes() }).await.unwrap_err();
    assert_eq!(said(&gone), (Kind::NotFound, "COLLECTION_NOT_FOUND".to_owned(), vec![]));
}

#[tokio::test]
async fn the_tenant_is_the_credentials_one() {
    let world = World::start().await;
    world.put(put("a", "Some text.")).await.unwrap();
    let other = Tenant::new("other").unwrap();
    let refused = scope(other.clone(), world.search(search("text"))).await.unwrap_err();
    assert_eq!(Kind::of(&refused), Kind::NotFound);
    scope(other.clone(), world.put(put("b", "Their text."))).await.unwrap();
    assert_eq!(scope(other, world.search(search("text"))).await.unwrap(), ["b"]);
    assert_eq!(world.search(search("text")).await.unwrap(), ["a"]);
}

#[tokio::test]
async fn filters_take_json_scalars() {
    let world = World::start().await;
    for (id, json) in [
        ("one", r#"{"k":1}"#),
        ("text", r#"{"k":"1"}"#),
        ("null", r#"{"k":null}"#),
        ("yes", r#"{"k":true}"#),
    ] {
        let metadata = Some(Metadata { json: json.to_owned() });
        world.put(PutDocumentRequest { metadata, ..put(id, "Some text.") }).await.unwrap();
    }
    let list = value::Kind::ListValue(prost_types::ListValue { values: vec![] });
    for (kind, expected) in [
        (value::Kind::NumberValue(1.0), vec!["one"]),
        (value::Kind::StringValue("1".to_owned()), vec!["text"]),
        (value::Kind::NullValue(0), vec!["null"]),
        (value::Kind::BoolValue(true), vec!["yes"]),
        (list, vec![]),
        (value::Kind::StructValue(prost_types::Struct::default()), vec![]),
    ] {
        let request = SearchRequest { filter: Some(filter(Some(kind))), ..search("text") };
        assert_eq!(world.search(request).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn bad_searches_are_refused_by_their_field() {
    let world = World::start().await;
    world.put(put("a", "Some text.")).await.unwrap();
    let no_test = Some(Filter { all: vec![Condition { field: "k".to_owned(), test: None }] });
    let cases = [
        (search(""), Kind::Invalid, "BLANK_QUERY", "query"),
        (SearchRequest { limit: -1, ..search("a") }, Kind::Invalid, "INVALID_LIMIT", "limit"),
        (
            SearchRequest { min_score: f64::NAN, ..search("a") },
            Kind::Invalid,
            "INVALID_SCORE",
            "min_score",
        ),
        (SearchRequest { mode: 77, ..search("a") }, Kind::Invalid, "UNKNOWN_MODE", "mode"),
        (SearchRequest { mode: -1, ..search("a") }, Kind::Invalid, "UNKNOWN_MODE", "mode"),
        (
            SearchRequest { filter: no_test, ..search("a") },
            Kind::Invalid,
            "INVALID_FILTER",
            "filter.all[0]",
        ),
        (
            SearchRequest { filter: Some(filter(None)), ..search("a") },
            Kind::Invalid,
            "INVALID_FILTER",
            "filter.all[0].equals",
        ),
        (
            SearchRequest {
                filter: Some(filter(Some(value::Kind::NumberValue(f64::NAN)))),
                ..search("a")
            },
            Kind::Invalid,
            "INVALID_FILTER",
            "filter.all[0].equals",
        ),
        (
            SearchRequest { collection: String::new(), ..search("a") },
            Kind::Invalid,
            "INVALID_NAME",
            "collection",
        ),
    ];
    for (request, kind, reason, field) in cases {
        let refused = world.search(request).await.unwrap_err();
        assert_eq!(said(&refused), (kind, reason.to_owned(), vec![field.to_owned()]));
    }
    for mode in [Mode::Unspecified, Mode::Hybrid, Mode::Keyword] {
        let request = SearchRequest { mode: mode.into(), ..search("text") };
        assert_eq!(world.search(request).await.unwrap(), ["a"]);
    }
}

#[tokio::test]
async fn bad_documents_are_refused_by_their_field() {
    let world = World::start().await;
    let metadata = |json: &str| PutDocumentRequest {
        metadata: Some(Metadata { json: json.to_owned() }),
        ..put("a", "Text.")
    };
    let cases = [
        (put("a", " "), Kind::Invalid, "BLANK_TEXT", "text"),
        (put("a", "\0x"), Kind::Invalid, "INVALID_TEXT", "text"),
        (put("", "x"), Kind::Invalid, "INVALID_NAME", "document_id"),
        (metadata("[]"), Kind::Invalid, "INVALID_METADATA", "metadata"),
        (metadata("{\"a\""), Kind::Invalid, "INVALID_METADATA", "metadata"),
        (put("a", &"x".repeat(8 * 1024 * 1024 + 1)), Kind::TooLarge, "DOCUMENT_TOO_LARGE", "text"),
        (
            metadata(&format!("{{{}}}", " ".repeat(64 * 1024))),
            Kind::TooLarge,
            "DOCUMENT_TOO_LARGE",
            "metadata",
        ),
    ];
    for (request, kind, reason, field) in cases {
        let refused = world.put(request).await.unwrap_err();
        assert_eq!(said(&refused), (kind, reason.to_owned(), vec![field.to_owned()]));
    }
    let list = ListCollectionsRequest { page_size: 0, page_token: "00".to_owned() };
    let refused = world.collections.clone().list_collections(list).await.unwrap_err();
    assert_eq!(said(&refused).1, "INVALID_PAGE_TOKEN");
    let none = world.collections.clone().list_collections(ListCollectionsRequest::default()).await;
    assert_eq!(none.unwrap().into_inner().collections, [], "nothing was written");
}

/// A filter that is too deep is the caller's fault, be it so deep that it cannot even be decoded.
#[tokio::test]
async fn filters_that_are_too_deep_are_refused() {
    let world = World::start().await;
    world.put(put("a", "About sailing.")).await.unwrap();
    for (depth, reason) in [(9, "invalid_filter"), (40, "invalid_filter"), (1000, "malformed")] {
        let deepest = Condition { field: "f".to_owned(), test: Some(Test::Exists(true)) };
        let nest =
            |inner, _| Condition { field: String::new(), test: Some(Test::Not(Box::new(inner))) };
        let filter = Some(Filter { all: vec![(0..depth).fold(deepest, nest)] });
        let request = SearchRequest {
            collection: "notes".to_owned(),
            query: "sailing".to_owned(),
            filter,
            ..SearchRequest::default()
        };
        let refused = world.search(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{depth}: {refused}");
        assert_eq!(Problem::of(&refused).code, reason, "{depth}: {refused}");
    }
}

/// Documents are deleted by a filter or by ids, not by both.
#[tokio::test]
async fn documents_that_pass_a_filter_are_deleted() {
    let world = World::start().await;
    for (id, year) in [("old", 1999), ("new", 2024)] {
        let metadata = Some(Metadata { json: format!(r#"{{"year":{year}}}"#) });
        world.put(PutDocumentRequest { metadata, ..put(id, "A text.") }).await.unwrap();
    }
    let delete = async |document_ids: &[&str], all: Vec<Condition>| {
        let request = DeleteDocumentsRequest {
            collection: "notes".to_owned(),
            document_ids: document_ids.iter().map(|id| (*id).to_owned()).collect(),
            filter: Some(Filter { all }),
        };
        let deleted = world.documents.clone().delete_documents(request).await;
        deleted
            .map(|answer| answer.into_inner().deleted)
            .map_err(|status| Problem::of(&status).code)
    };
    let old = Condition {
        field: "year".to_owned(),
        test: Some(Test::Range(Range {
            lt: Some(Value { kind: Some(value::Kind::NumberValue(2000.0)) }),
            ..Range::default()
        })),
    };
    assert_eq!(delete(&["new"], vec![old.clone()]).await, Err("invalid_filter".to_owned()));
    assert_eq!(delete(&[], vec![]).await, Err("invalid_filter".to_owned()));
    assert_eq!(delete(&[], vec![old]).await, Ok(1));
}
