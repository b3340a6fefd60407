//! The sample set of `eval/samples`, by words alone: as good on both stores, and the same.

use std::collections::HashMap;

use chassis::config::Pooler;
use retrieval::document::NewDocument;
use retrieval::search::{Filter, Mode, Scalar, Search, Test};
use serde_json::Value;

use crate::table::field;
use crate::world::{World, new, search, tenant};

const CORPUS: &str = include_str!("../../../../eval/samples/corpus.jsonl");
const QUERIES: &str = include_str!("../../../../eval/samples/queries.jsonl");
const JUDGED: &str = include_str!("../../../../eval/samples/qrels.tsv");
/// What was measured is 0.886; less than this is a change for the worse.
const LEAST: f64 = 0.866;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_stores_answer_the_sample_set_alike_and_well() {
    let (one, other) = (World::sqlite().await, World::postgres(Pooler::None).await);
    one.run(async |one: &World| {
        other
            .run(async |other: &World| {
                fill(one).await;
                fill(other).await;
                compare(one, other).await;
            })
            .await;
    })
    .await;
}

async fn fill(world: &World) {
    for document in lines(CORPUS) {
        let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        let new = NewDocument {
            title: text("title"),
            metadata: document["metadata"].to_string(),
            ..new(&text("_id"), &text("text"))
        };
        world.put_as(&tenant(), new).await;
    }
}

async fn compare(one: &World, other: &World) {
    let grades = grades();
    let (mut sum, mut count) = (0.0, 0.0);
    for query in lines(QUERIES) {
        let (left, right) = (ranked(one, &query).await, ranked(other, &query).await);
        let id = query["_id"].as_str().unwrap();
        assert_eq!(left.len(), right.len(), "{id}");
        for (left, right) in left.iter().zip(&right) {
            assert!((left.1 - right.1).abs() < 1e-6, "{id}: {left:?} and {right:?}");
        }
        let worth = ndcg(&left, &grades[id]);
        (sum, count) = (sum + worth, count + 1.0);
    }
    assert!(sum / count >= LEAST, "nDCG@10 is {:.4}", sum / count);
}

/// The documents that a query finds, and the scores by words, best first.
async fn ranked(world: &World, query: &Value) -> Vec<(String, f64)> {
    let none = serde_json::Map::new();
    let filter = query["filter"].as_object().unwrap_or(&none).iter();
    let condition = |(name, value): (&String, &Value)| {
        let number = value.as_f64().map(Scalar::Number);
        let value = number.unwrap_or_else(|| Scalar::Text(value.as_str().unwrap().to_owned()));
        field(name, Test::Equals(Some(value)))
    };
    let found = world
        .find(Search {
            mode: Mode::Keyword,
            limit: 50,
            explain: true,
            filter: Filter::All(filter.map(condition).collect()),
            ..search(query["text"].as_str().unwrap())
        })
        .await;
    let row = |passage: retrieval::search::Passage| (passage.document_id, passage.scores[0].value);
    found.passages.into_iter().map(row).collect()
}

fn ndcg(found: &[(String, f64)], grades: &HashMap<String, f64>) -> f64 {
    let mut ranking: Vec<&str> = Vec::new();
    for (id, _) in found {
        if !ranking.contains(&id.as_str()) {
            ranking.push(id);
        }
    }
    let worth = |(place, grade): (usize, f64)| grade / (place as f64 + 2.0).log2();
    let grade = |id: &&str| grades.get(*id).copied().unwrap_or(0.0);
    let reached: f64 = ranking.iter().take(10).map(grade).enumerate().map(worth).sum();
    let mut best: Vec<f64> = grades.values().copied().collect();
    best.sort_by(|a, b| b.total_cmp(a));
    reached / best.into_iter().take(10).enumerate().map(worth).sum::<f64>()
}

fn grades() -> HashMap<String, HashMap<String, f64>> {
    let mut grades: HashMap<String, HashMap<String, f64>> = HashMap::new();
    for line in JUDGED.lines().skip(1) {
        let [query, document, grade] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let of = grades.entry(query.to_owned()).or_default();
        of.insert(document.to_owned(), grade.parse().unwrap());
    }
    grades
}

fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}
