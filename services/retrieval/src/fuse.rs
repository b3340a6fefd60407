//! Makes one ranking of several, by reciprocal rank.

use std::collections::HashMap;

/// How fast a place loses worth: the usual constant, and no value in its neighbourhood is better.
const K: f64 = 60.0;

/// What is ranked: a chunk, by its document and its place in it.
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

/// What one leg says of one query, best first.
#[derive(Clone, Debug)]
pub(crate) struct Ranking {
    /// What the ranking is called in an explanation.
    pub(crate) name: String,
    pub(crate) hits: Vec<Hit>,
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
    pub(crate) key: Key,
    /// From 0 to 1; 1 is the first place in every ranking.
    pub(crate) score: f64,
    pub(crate) places: Vec<Place>,
}

/// Every chunk of any ranking, best first. Equals are in the order of their keys.
pub(crate) fn fuse(rankings: &[Ranking]) -> Vec<Fused> {
    let mut found: HashMap<&Key, Vec<Place>> = HashMap::new();
    // A ranking without hits says nothing, so it must not lower what the others say.
    let speaking = rankings.iter().filter(|ranking| !ranking.hits.is_empty()).count();
    for (number, ranking) in rankings.iter().enumerate() {
        for (rank, hit) in (1u32..).zip(&ranking.hits) {
            let share = (K + 1.0) / (K + f64::from(rank)) / speaking as f64;
            let place = Place { ranking: number, rank, score: hit.score, share };
            found.entry(&hit.key).or_default().push(place);
        }
    }
    let mut fused: Vec<Fused> = found.into_iter().map(|(key, places)| sum(key, places)).collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.key.cmp(&b.key)));
    fused
}

fn sum(key: &Key, places: Vec<Place>) -> Fused {
    let score = places.iter().map(|place| place.share).sum::<f64>().min(1.0);
    Fused { key: key.clone(), score, places }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(ids: &[&str]) -> Ranking {
        let key = |id: &&str| Key { document_id: (*id).to_owned(), ordinal: 0 };
        let hits = ids.iter().map(|id| Hit { key: key(id), score: 3.0 }).collect();
        Ranking { name: "keyword".to_owned(), hits }
    }

    fn order(rankings: &[Ranking]) -> Vec<String> {
        fuse(rankings).into_iter().map(|fused| fused.key.document_id).collect()
    }

    #[test]
    fn one_ranking_keeps_its_order_and_begins_at_one() {
        let fused = fuse(&[ranking(&["b", "a"])]);
        assert_eq!(order(&[ranking(&["b", "a"])]), ["b", "a"]);
        assert_eq!((fused[0].score, fused[1].score), (1.0, 61.0 / 62.0));
    }

    #[test]
    fn what_two_rankings_agree_on_comes_first() {
        assert_eq!(order(&[ranking(&["a", "c", "b"]), ranking(&["d", "c"])]), ["c", "a", "d", "b"]);
    }

    #[test]
    fn equals_are_in_the_order_of_their_ids() {
        assert_eq!(order(&[ranking(&["b"]), ranking(&["a"])]), ["a", "b"]);
    }

    #[test]
    fn a_silent_ranking_lowers_nothing_and_nothing_fuses_to_nothing() {
        assert_eq!(fuse(&[ranking(&["a"]), ranking(&[])])[0].score, 1.0);
        assert_eq!(fuse(&[ranking(&[])]), []);
        assert_eq!(fuse(&[]), []);
    }

    proptest::proptest! {
        #[test]
        fn scores_are_shares_of_one_that_add_up(lists in proptest::collection::vec(proptest::collection::hash_set("[a-f]", 0..6), 0..5)) {
            let rankings: Vec<Ranking> = lists.iter().map(|list| {
                ranking(&list.iter().map(String::as_str).collect::<Vec<_>>())
            }).collect();
            for fused in fuse(&rankings) {
                proptest::prop_assert!(fused.score > 0.0 && fused.score <= 1.0);
                let shares: f64 = fused.places.iter().map(|place| place.share).sum();
                proptest::prop_assert!((shares - fused.score).abs() < 1e-9);
            }
        }
    }
}
