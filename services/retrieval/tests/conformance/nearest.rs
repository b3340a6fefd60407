//! What is near is found: all of it, of the state that the search sees, and nothing else.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use retrieval::Retriever;
use retrieval::document::NewDocument;
use retrieval::search::{Found, Mode, Search};

use crate::model::{Model, embed};
use crate::table::equals;
use crate::world::{NOTES, World, ids, new, other_tenant, search, tenant};

const DIMENSION: usize = 64;
const WORDS: [&str; 12] = [
    "harbour", "ledger", "violin", "orchard", "bicycle", "lantern", "glacier", "pottery", "falcon",
    "tunnel", "cinnamon", "archive",
];

/// A retriever with a model, on the world's rows.
async fn open(world: &World, more: &[(&str, &str)]) -> Retriever {
    let model = Model::start(DIMENSION).await;
    let mut settings = model.settings("m");
    settings.extend(more);
    world.reopen(&settings).await
}

/// A text that is like those with near numbers.
fn text(number: usize) -> String {
    let word = |step: usize| WORDS[(number / step) % WORDS.len()];
    format!("{} {} {} number {number}", word(1), word(12), word(5))
}

async fn fill(retriever: &Retriever, documents: usize) {
    for number in 0..documents {
        put(retriever, &number.to_string(), &text(number), number % 10).await;
    }
}

async fn put(retriever: &Retriever, id: &str, text: &str, group: usize) {
    let metadata = format!(r#"{{"group":{group}}}"#);
    let document = NewDocument { metadata, ..new(id, text) };
    retriever.put(&tenant(), document).await.unwrap();
}

fn dense(query: &str) -> Search {
    Search { mode: Mode::Dense, explain: true, ..search(query) }
}

async fn find(retriever: &Retriever, search: Search) -> Found {
    retriever.search(&tenant(), search).await.unwrap()
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// Holds what was found against every vector, each computed anew.
fn assert_nearest(found: &Found, query: &str, texts: &HashMap<String, String>, limit: usize) {
    let query = embed(query, DIMENSION);
    let mut best: Vec<f64> =
        texts.values().map(|text| dot(&query, &embed(text, DIMENSION))).collect();
    best.sort_by(|a, b| b.total_cmp(a));
    best.truncate(limit);
    let scores = found.passages.iter().map(|passage| {
        let score = passage.scores.iter().find(|score| score.stage == "dense").unwrap().value;
        let own = dot(&query, &embed(&texts[&passage.document_id], DIMENSION));
        assert!((score - own).abs() < 1e-3, "{score} {own}");
        score
    });
    let scores: Vec<f64> = scores.collect();
    assert_eq!(scores.len(), best.len());
    for (score, best) in scores.iter().zip(&best) {
        assert!((score - best).abs() < 1e-3, "{scores:?} are not {best:?}");
    }
}

fn texts(numbers: impl IntoIterator<Item = usize>) -> HashMap<String, String> {
    numbers.into_iter().map(|number| (number.to_string(), text(number))).collect()
}

pub(crate) async fn the_nearest_come_first(world: &World) {
    let retriever = open(world, &[]).await;
    fill(&retriever, 300).await;
    for (query, limit) in [("violins in an orchard", 10), ("number 77", 1), ("archives", 100)] {
        let found = find(&retriever, Search { limit, ..dense(query) }).await;
        assert_nearest(&found, query, &texts(0..300), limit as usize);
        assert_eq!((found.dense.as_str(), found.under_returned.as_str()), ("m/64", ""));
    }
    retriever.close().await;
}

pub(crate) async fn a_filter_leaves_as_many_as_pass(world: &World) {
    let retriever = open(world, &[]).await;
    fill(&retriever, 200).await;
    let filter = equals("group", 7);
    let found = find(&retriever, Search { filter, limit: 50, ..dense("tunnel") }).await;
    assert_nearest(&found, "tunnel", &texts((0..200).filter(|number| number % 10 == 7)), 50);
    retriever.close().await;
}

pub(crate) async fn the_next_search_sees_every_change(world: &World) {
    let retriever = open(world, &[]).await;
    fill(&retriever, 30).await;
    let first =
        async |query: &str| ids(&find(&retriever, Search { limit: 1, ..dense(query) }).await);
    for round in 0..5 {
        put(&retriever, "changing", &format!("saxophone{round} quartet"), 0).await;
        assert_eq!(first(&format!("saxophone{round} quartet")).await, ["changing"]);
    }
    put(&retriever, "changing", "a quiet meadow", 0).await;
    let found = find(&retriever, Search { limit: 200, ..dense("saxophone quartet") }).await;
    assert_eq!(ids(&found).iter().filter(|id| *id == "changing").count(), 1);
    retriever.delete(&tenant(), NOTES, &["changing".into(), "7".into()]).await.unwrap();
    let found = find(&retriever, Search { limit: 200, ..dense("a quiet meadow") }).await;
    assert_nearest(&found, "a quiet meadow", &texts((0..30).filter(|number| *number != 7)), 200);
    retriever.delete_collection(&tenant(), NOTES).await.unwrap();
    put(&retriever, "anew", "harbour", 0).await;
    assert_eq!(ids(&find(&retriever, dense("harbour")).await), ["anew"]);
    retriever.close().await;
}

pub(crate) async fn a_vector_is_searched_for_without_a_text(world: &World) {
    let retriever = open(world, &[]).await;
    fill(&retriever, 50).await;
    let vector = embed("falcon over a glacier", DIMENSION);
    // Only the direction counts.
    let vector = vector.iter().map(|number| number * 25.0).collect();
    let by_vector = find(&retriever, Search { vector, ..dense("") }).await;
    let by_text = find(&retriever, dense("falcon over a glacier")).await;
    assert_eq!(ids(&by_vector), ids(&by_text));
    let short = Search { vector: vec![1.0; 3], ..dense("") };
    let error = retriever.search(&tenant(), short).await.unwrap_err();
    assert!(error.to_string().contains("of m/64"), "{error}");
    retriever.close().await;
}

pub(crate) async fn tenants_have_vectors_of_their_own(world: &World) {
    let retriever = open(world, &[]).await;
    put(&retriever, "mine", "harbour ledger", 0).await;
    retriever.put(&other_tenant(), new("theirs", "harbour ledger")).await.unwrap();
    assert_eq!(ids(&find(&retriever, dense("harbour ledger")).await), ["mine"]);
    let theirs = retriever.search(&other_tenant(), dense("harbour ledger")).await.unwrap();
    assert_eq!(ids(&theirs), ["theirs"]);
    retriever.close().await;
}

pub(crate) async fn vectors_survive_a_restart(world: &World) {
    let retriever = open(world, &[]).await;
    fill(&retriever, 40).await;
    let before = find(&retriever, dense("cinnamon")).await;
    retriever.close().await;
    let retriever = open(world, &[]).await;
    assert_eq!(find(&retriever, dense("cinnamon")).await.passages, before.passages);
    retriever.close().await;
}

/// What there is no room for in memory is found all the same.
pub(crate) async fn a_small_cache_finds_the_same(world: &World) {
    let mut answers = Vec::new();
    for (bytes, how) in
        [("268435456", "exact scan in memory"), ("5000", "scan of signs"), ("0", "of the file")]
    {
        let retriever = open(world, &[("retrieval.cache.vectors_bytes", bytes)]).await;
        if answers.is_empty() {
            fill(&retriever, 100).await;
        }
        let found = find(&retriever, dense("pottery in a lantern")).await;
        assert!(found.explanation[0].contains(how), "{:?}", found.explanation);
        answers.push(found.passages);
        retriever.close().await;
    }
    assert!(answers.iter().all(|passages| *passages == answers[0]));
}

/// A collection that was put in without a model is searched by vectors once all of it was put again.
pub(crate) async fn what_was_there_before_gets_its_vectors_when_it_is_put_again(world: &World) {
    world.put("a", "harbour").await;
    world.put("b", "violin").await;
    let retriever = open(world, &[]).await;
    put(&retriever, "c", "falcon", 0).await;
    assert_eq!(find(&retriever, search("harbour")).await.dense, "absent");
    for (id, text) in [("a", "harbour"), ("b", "violin")] {
        let again = retriever.put(&tenant(), new(id, text)).await.unwrap();
        assert_eq!(
            (again.outcome, again.document.version),
            (retrieval::document::Outcome::Unchanged, 1)
        );
    }
    assert_eq!(ids(&find(&retriever, dense("harbours")).await)[0], "a");
    retriever.close().await;
}

pub(crate) async fn searches_beside_puts_see_one_state(world: &World) {
    let retriever = open(world, &[]).await;
    fill(&retriever, 20).await;
    let is_done = AtomicBool::new(false);
    let writing = async {
        for round in 0..60 {
            // Every version has the same five chunks' worth of documents, and one word of its own.
            put(&retriever, "turning", &format!("turning wheel {}", WORDS[round % 12]), 0).await;
            if round % 3 == 0 {
                put(&retriever, &format!("new{round}"), &text(round), 0).await;
            }
        }
        is_done.store(true, Ordering::Relaxed);
    };
    let reading = async || {
        while !is_done.load(Ordering::Relaxed) {
            let found = find(&retriever, Search { limit: 200, ..dense("turning wheel") }).await;
            let turning = ids(&found).iter().filter(|id| *id == "turning").count();
            let there = found.collection_documents as usize;
            assert!(
                turning <= 1 && found.passages.len() == there,
                "{} of {there}",
                found.passages.len()
            );
        }
    };
    tokio::join!(writing, join_all((0..3).map(|_| reading())));
    assert_eq!(find(&retriever, Search { limit: 200, ..dense("x") }).await.passages.len(), 41);
    retriever.close().await;
}
