use crate::fuse::{Fused, Ranking};
use crate::search::Score;

/// What each stage said of a passage: every ranking that has it, then their fusion.
pub(super) fn explain(fused: &Fused, rank: u32, rankings: &[Ranking]) -> Vec<Score> {
    let mut scores = Vec::with_capacity(fused.places.len() + 1);
    let mut contributions = Vec::with_capacity(fused.places.len());
    for place in &fused.places {
        let stage = rankings.get(place.ranking).map_or("", |ranking| ranking.name.as_str());
        contributions.push((stage.to_owned(), place.share));
        scores.push(Score {
            stage: stage.to_owned(),
            value: place.score,
            rank: place.rank,
            contributions: Vec::new(),
        });
    }
    scores.push(Score { stage: "fusion".to_owned(), value: fused.score, rank, contributions });
    scores
}
