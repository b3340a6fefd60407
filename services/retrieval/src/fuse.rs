//! Makes one ranking of several.

mod method;

use std::collections::HashMap;

pub(crate) use crate::fuse::method::Method;

/// What a store ranks: a chunk, by its document and its place in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) document_id: String,
    pub(crate) ordinal: u32,
}

/// A chunk that a leg found, with the leg's own score.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) key: Key,
    pub(crate) score: f64,
}

/// A chunk of one of the collections that are searched, by the collection's number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(crate) shelf: usize,
    pub(crate) key: Key,
}

/// What one leg says of one query, best first.
#[derive(Clone, Debug)]
pub(crate) struct Ranking {
    /// What the ranking is called in an explanation.
    pub(crate) name: String,
    /// How much it counts.
    pub(crate) weight: f64,
    /// The collections that it looked at.
    pub(crate) shelves: Vec<usize>,
    pub(crate) hits: Vec<(Spot, f64)>,
}

/// Where a chunk stands in one of the rankings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// Which ranking, by its number.
    pub(crate) ranking: usize,
    /// The place in it, from 1.
    pub(crate) rank: u32,
    /// The leg's own score.
    pub(crate) score: f64,
    /// What the place adds to the fused score.
    pub(crate) share: f64,
}

/// A chunk with its fused score.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fused {
    pub(crate) spot: Spot,
    /// From 0 to 1; 1 is the first place in every ranking.
    pub(crate) score: f64,
    pub(crate) places: Vec<Place>,
}

/// Every chunk of any ranking, best first. Equals are in the order of their keys.
pub(crate) fn fuse(rankings: &[Ranking], method: Method) -> Vec<Fused> {
    let mut found: HashMap<&Spot, Vec<Place>> = HashMap::new();
    let totals = totals(rankings);
    for (number, ranking) in rankings.iter().enumerate() {
        let best = ranking.hits.first().map_or(0.0, |(_, score)| *score);
        for (rank, (spot, score)) in (1u32..).zip(&ranking.hits) {
            let total = totals.get(&spot.shelf).copied().unwrap_or(ranking.weight);
            let share = method.worth(rank, *score, best) * ranking.weight / total;
            let place = Place { ranking: number, rank, score: *score, share };
            found.entry(spot).or_default().push(place);
        }
    }
    let mut fused: Vec<Fused> = found.into_iter().map(|(spot, places)| sum(spot, places)).collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.spot.cmp(&b.spot)));
    fused
}

/// The most that the rankings of a collection can add up to. One without hits says nothing, so it
/// must not lower what the others say.
fn totals(rankings: &[Ranking]) -> HashMap<usize, f64> {
    let mut totals = HashMap::new();
    for ranking in rankings.iter().filter(|ranking| !ranking.hits.is_empty()) {
        for shelf in &ranking.shelves {
            *totals.entry(*shelf).or_default() += ranking.weight;
        }
    }
    totals
}

fn sum(spot: &Spot, places: Vec<Place>) -> Fused {
    let score = places.iter().map(|place| place.share).sum::<f64>().min(1.0);
    Fused { spot: spot.clone(), score, places }
}

#[cfg(test)]
mod tests;
