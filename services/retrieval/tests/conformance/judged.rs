//! Forty short texts and a few queries, with what a person would want to see for each.

use retrieval::document::NewDocument;
use retrieval::search::{Mode, Search};

use crate::world::{World, ids, new, search, tenant};

const TEXTS: &str = include_str!("judged/texts.txt");
const QUERIES: &str = include_str!("judged/queries.txt");

/// A query, and the documents that answer it: 2 for well, 1 for somewhat.
pub(crate) struct Judged {
    pub(crate) query: &'static str,
    grades: Vec<(&'static str, f64)>,
}

pub(crate) fn queries() -> Vec<Judged> {
    let judged = |line: &'static str| {
        let (query, grades) = line.split_once(" | ").unwrap();
        let grades = grades.split(' ').map(|grade| grade.split_once('=').unwrap());
        Judged { query, grades: grades.map(|(id, grade)| (id, grade.parse().unwrap())).collect() }
    };
    QUERIES.lines().map(judged).collect()
}

/// Puts the texts into the collection of the world.
pub(crate) async fn fill(world: &World) {
    for line in TEXTS.lines() {
        let [id, title, text] = line.splitn(3, " | ").collect::<Vec<_>>().try_into().unwrap();
        let document = NewDocument { title: title.to_owned(), ..new(id, text) };
        world.put_as(&tenant(), document).await;
    }
}

/// The ten documents that a query finds.
pub(crate) async fn ten(world: &World, query: &str) -> Vec<String> {
    ids(&world.find(Search { mode: Mode::Keyword, limit: 10, ..search(query) }).await)
}

/// The mean of nDCG@10 over all queries.
pub(crate) async fn quality(world: &World) -> f64 {
    let queries = queries();
    let mut sum = 0.0;
    for judged in &queries {
        sum += ndcg(&ten(world, judged.query).await, &judged.grades);
    }
    sum / queries.len() as f64
}

fn ndcg(found: &[String], grades: &[(&str, f64)]) -> f64 {
    let gain = |grade: f64, at: usize| (grade.exp2() - 1.0) / (at as f64 + 2.0).log2();
    let grade =
        |id: &String| grades.iter().find(|(good, _)| good == id).map_or(0.0, |grade| grade.1);
    let reached: f64 = found.iter().enumerate().map(|(at, id)| gain(grade(id), at)).sum();
    let mut best: Vec<f64> = grades.iter().map(|grade| grade.1).collect();
    best.sort_by(|a, b| b.total_cmp(a));
    reached / best.into_iter().enumerate().map(|(at, grade)| gain(grade, at)).sum::<f64>()
}
