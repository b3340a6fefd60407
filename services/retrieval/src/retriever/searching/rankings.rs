use std::collections::{BTreeMap, HashMap};

use crate::fuse::{Fused, Ranking, Spot, fuse};
use crate::retriever::searching::plan::Plan;
use crate::retriever::searching::visit::{Part, Visit};
use crate::search::Leg;

/// What makes parts of several collections one ranking: their scores can be compared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Voice {
    leg: Leg,
    query: usize,
    space: String,
    /// The collection, where scores are its own.
    shelf: Option<usize>,
}

/// What every leg says of every query, in all the collections that were visited.
pub(super) fn rankings(plan: &Plan, visits: &[&Visit]) -> Vec<Ranking> {
    let mut merged: BTreeMap<Voice, Ranking> = BTreeMap::new();
    for (shelf, visit) in visits.iter().enumerate() {
        for part in &visit.parts {
            let voice = voice(part, shelf);
            let ranking = merged.entry(voice).or_insert_with(|| Ranking {
                name: name(plan, part, visit.spaces.len() > 1),
                weight: plan.weight(part.leg),
                shelves: Vec::new(),
                hits: Vec::new(),
            });
            ranking.shelves.push(shelf);
            let hits = part.hits.iter();
            ranking.hits.extend(hits.map(|hit| (Spot { shelf, key: hit.key.clone() }, hit.score)));
        }
    }
    merged.into_values().map(ordered).collect()
}

/// The best of all rankings, and whether there may be more where fewer than asked came together.
pub(super) fn best(plan: &Plan, visits: &[&Visit], most: usize) -> (Vec<Fused>, bool) {
    let mut fused = fuse(&rankings(plan, visits), plan.method);
    fused.retain(|fused| fused.score >= plan.min_score);
    let mut of_document: HashMap<(usize, String), usize> = HashMap::new();
    let all = fused.len();
    fused.retain(|fused| {
        let document = (fused.spot.shelf, fused.spot.key.document_id.clone());
        let count = of_document.entry(document).or_default();
        *count += 1;
        *count <= plan.per_document
    });
    let is_crowded = fused.len() < all && fused.len() < most;
    let is_full = visits.iter().flat_map(|visit| &visit.parts).any(|part| part.is_full);
    fused.truncate(most);
    (fused, is_crowded && is_full)
}

fn voice(part: &Part, shelf: usize) -> Voice {
    let space = part.space.as_ref();
    Voice {
        leg: part.leg,
        query: part.query,
        space: space.map(ToString::to_string).unwrap_or_default(),
        shelf: part.is_apart.then_some(shelf),
    }
}

fn name(plan: &Plan, part: &Part, is_ensemble: bool) -> String {
    let place = plan.queries.get(part.query).map_or("", |query| query.place.as_str());
    match part.space.as_ref().filter(|_| is_ensemble) {
        Some(space) => format!("{}({space}){place}", part.leg.name()),
        None => format!("{}{place}", part.leg.name()),
    }
}

/// Parts of several collections come one after the other.
fn ordered(mut ranking: Ranking) -> Ranking {
    if ranking.shelves.len() > 1 {
        ranking.hits.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
    ranking
}
