//! What only Postgres has: an index on vectors, built while it serves, and an extension that may be missing.

use std::time::{Duration, Instant};

use chassis::config::{Database, Pooler};
use retrieval::document::NewDocument;
use retrieval::search::{Filter, Found, Mode, Search};
use retrieval::{Retriever, migrate};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::model::Model;
use crate::postgres::run_at;
use crate::table::equals;
use crate::world::{NOTES, World, client, config, ids, new, other_tenant, search, tenant};

const DIMENSION: usize = 32;
/// Each of so many documents has ten chunks.
const DOCUMENTS: u32 = 60;
const WORDS: [&str; 16] = [
    "harbour", "ledger", "violin", "glacier", "orchard", "circuit", "pottery", "railway", "falcon",
    "harvest", "library", "compass", "granite", "lantern", "meadow", "quarry",
];

fn url(world: &World) -> &str {
    match &world.database {
        Database::Postgres { url, .. } => url.expose(),
        Database::Sqlite { .. } => panic!("it has no index"),
    }
}

async fn value(world: &World, sql: &str) -> i64 {
    let mut link = PgConnection::connect(url(world)).await.unwrap();
    let value = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut link).await.unwrap();
    link.close().await.unwrap();
    value
}

/// Ten sentences, each long enough for a chunk of its own; always the same for a number.
fn text(number: u32) -> String {
    let word = |at: u32| WORDS[(at.wrapping_mul(2_654_435_761) >> 13) as usize % WORDS.len()];
    let sentence = |line: u32| {
        let seed = number * 1000 + line * 10;
        let words: Vec<&str> = (0..11).map(|at| word(seed + at)).collect();
        format!("{} {number}x{line}.", words.join(" "))
    };
    (0..10).map(sentence).collect::<Vec<_>>().join("\n\n")
}

async fn open(world: &World, model: &Model, settings: &[(&str, &str)]) -> Retriever {
    let mut all = model.settings("m");
    all.extend([("retrieval.chunk_size", "100"), ("retrieval.chunk_overlap", "0")]);
    all.extend(settings);
    world.reopen(&all).await
}

async fn fill(retriever: &Retriever) {
    for number in 0..DOCUMENTS {
        let kind = if number == 7 { "rare" } else { "usual" };
        let metadata = format!(r#"{{"kind":"{kind}"}}"#);
        let document = NewDocument { metadata, ..new(&format!("d{number}"), &text(number)) };
        let put = retriever.put(&tenant(), document).await.unwrap();
        assert_eq!(put.document.chunks, 10);
    }
}

async fn near(retriever: &Retriever, query: &str, filter: Vec<Filter>) -> Found {
    let filter = Filter::All(filter);
    let search = Search { mode: Mode::Dense, explain: true, filter, ..search(query) };
    retriever.search(&tenant(), search).await.unwrap()
}

fn chunks(found: &Found) -> Vec<String> {
    found.passages.iter().map(|passage| passage.chunk_id.clone()).collect()
}

/// How the dense leg went.
fn how(found: &Found) -> &str {
    let told = found.explanation.iter().find(|told| told.starts_with("dense: "));
    told.unwrap_or_else(|| panic!("{:?}", found.explanation))
}

fn queries() -> Vec<String> {
    (0..20).map(|at| text(at * 3).lines().next().unwrap().replace('x', " ")).collect()
}

/// Asks until the answer says that an index was searched.
async fn until_indexed(retriever: &Retriever) {
    let began = Instant::now();
    while !how(&near(retriever, "harbour ledger", Vec::new()).await).contains("index vector_space_")
    {
        assert!(began.elapsed() < Duration::from_secs(60), "no index was built");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_is_built_while_it_serves_and_finds_what_comparing_finds() {
    World::postgres(Pooler::None)
        .await
        .run(async |world: &World| {
            let model = Model::start(DIMENSION).await;
            let retriever = open(world, &model, &[]).await;
            fill(&retriever).await;
            let mut exact = Vec::new();
            for query in queries() {
                let found = near(&retriever, &query, Vec::new()).await;
                assert_eq!(how(&found), "dense: exact scan of 600 vectors");
                exact.push(chunks(&found));
            }
            retriever.close().await;
            let settings = [("retrieval.index.from_chunks", "500")];
            let retriever = open(world, &model, &settings).await;
            let during = new("theirs", "What another tenant puts while the index is built.");
            retriever.put(&other_tenant(), during).await.unwrap();
            until_indexed(&retriever).await;
            let mut same = 0;
            for (query, exact) in queries().iter().zip(&exact) {
                let found = near(&retriever, query, Vec::new()).await;
                assert_eq!(found.passages.len(), 10);
                same += chunks(&found).iter().filter(|chunk| exact.contains(chunk)).count();
            }
            assert!(same >= 194, "{same} of 200");
            let index = "select count(*) from pg_index join pg_class on oid = indexrelid
                         where relname like 'vector_space_%' and indisvalid";
            assert_eq!(value(world, index).await, 1);
            let theirs = Search { mode: Mode::Dense, ..search("another tenant puts") };
            let found = retriever.search(&other_tenant(), theirs).await.unwrap();
            assert_eq!(ids(&found), ["theirs"]);
            retriever.close().await;
        })
        .await;
}

/// One document in sixty passes. An index alone finds a few of its chunks, or none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_never_makes_an_index_return_less_than_there_is() {
    World::postgres(Pooler::None)
        .await
        .run(async |world: &World| {
            let model = Model::start(DIMENSION).await;
            for (few, said) in
                [("20000", "exact scan of the 10 vectors"), ("0", "index vector_space_")]
            {
                let settings =
                    [("retrieval.index.from_chunks", "500"), ("retrieval.index.exact_up_to", few)];
                let retriever = open(world, &model, &settings).await;
                fill(&retriever).await;
                until_indexed(&retriever).await;
                for query in queries() {
                    let rare = equals("kind", "rare");
                    let found = near(&retriever, &query, vec![rare]).await;
                    let mut found_ids = ids(&found);
                    found_ids.dedup();
                    assert_eq!((found.passages.len(), found_ids), (10, vec!["d7".to_owned()]));
                    assert!(how(&found).contains(said), "{}", how(&found));
                    assert_eq!(found.under_returned, "");
                }
                retriever.close().await;
            }
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_a_crash_left_is_built_again_and_one_of_nobody_goes() {
    World::postgres(Pooler::None)
        .await
        .run(async |world: &World| {
            let model = Model::start(DIMENSION).await;
            let settings = [("retrieval.index.from_chunks", "500")];
            let retriever = open(world, &model, &settings).await;
            fill(&retriever).await;
            until_indexed(&retriever).await;
            retriever.close().await;
            run_at(
                url(world),
                "update pg_index set indisvalid = false where indexrelid = 'retrieval.vector_space_1'::regclass",
            )
            .await;
            let retriever = open(world, &model, &settings).await;
            until_indexed(&retriever).await;
            retriever.delete_collection(&tenant(), NOTES).await.unwrap();
            retriever.close().await;
            let retriever = open(world, &model, &settings).await;
            let began = Instant::now();
            let left = "select count(*) from pg_class where relname like 'vector_space_%'";
            while value(world, left).await > 0 {
                assert!(began.elapsed() < Duration::from_secs(60), "the index stays");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            retriever.close().await;
        })
        .await;
}

/// A pooler cannot build an index; the server itself can, where its address is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_pooler_an_index_is_built_past_it() {
    World::postgres(Pooler::None)
        .await
        .run(async |world: &World| {
            let model = Model::start(DIMENSION).await;
            let mut settings = model.settings("m");
            settings.extend([
                ("retrieval.chunk_size", "100"),
                ("retrieval.chunk_overlap", "0"),
                ("retrieval.index.from_chunks", "500"),
            ]);
            for direct_url in [None, Some(url(world).to_owned().into())] {
                let is_direct = direct_url.is_some();
                let (url, pooler) = (url(world).to_owned().into(), Pooler::Transaction);
                let database = Database::Postgres { url, direct_url, pooler, max_connections: 6 };
                let config = config(&settings);
                let opened = Retriever::open(&database, &config, client(), world.clock.clone());
                let retriever = opened.await.unwrap();
                fill(&retriever).await;
                if is_direct {
                    until_indexed(&retriever).await;
                } else {
                    let found = near(&retriever, "harbour", Vec::new()).await;
                    assert!(how(&found).contains("set database.direct_url"), "{}", how(&found));
                }
                retriever.close().await;
            }
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_extension_words_are_searched_and_vectors_come_with_it() {
    World::postgres(Pooler::None)
        .await
        .run(async |world: &World| {
            let model = Model::start(DIMENSION).await;
            world.retriever.close().await;
            let name = url(world).rsplit_once('/').unwrap().1;
            let owner = format!("owner_of_{name}");
            run_at(
                url(world),
                &format!(
                    "drop schema retrieval cascade; drop extension vector; create role {owner} login;
                     grant create on database {name} to {owner}"
                ),
            )
            .await;
            let theirs = url(world).replace("postgres@", &format!("{owner}@"));
            let database = Database::Postgres {
                url: theirs.into(),
                direct_url: None,
                pooler: Pooler::None,
                max_connections: 4,
            };
            let settings = model.settings("m");
            let open = async || {
                Retriever::open(&database, &config(&settings), client(), world.clock.clone())
                    .await
                    .unwrap()
            };
            let retriever = open().await;
            retriever.put(&tenant(), new("a", "The harbour at night.")).await.unwrap();
            assert_eq!(model.asked(), Vec::<Vec<String>>::new());
            let found = retriever.search(&tenant(), search("harbours")).await.unwrap();
            assert_eq!(ids(&found), ["a"]);
            let said = &found.degraded[0];
            assert!(said.starts_with("dense: absent: the database has no pgvector; run `create extension vector`"), "{said}");
            retriever.close().await;
            run_at(url(world), "create schema extensions; create extension vector with schema extensions").await;
            run_at(url(world), &format!("grant usage on schema extensions to {owner}")).await;
            migrate(&database).await.unwrap();
            let retriever = open().await;
            retriever.put(&tenant(), new("a", "The harbour at night.")).await.unwrap();
            let found = near(&retriever, "harbor", Vec::new()).await;
            assert_eq!((ids(&found), found.dense.as_str()), (vec!["a".to_owned()], "m/32"));
            let kept = retriever.document(&tenant(), NOTES, "a").await.unwrap();
            assert_eq!(kept.version, 1);
            retriever.close().await;
            run_at(url(world), &format!("drop owned by {owner} cascade; drop role {owner}")).await;
        })
        .await;
}
