use super::*;

fn spot(shelf: usize, id: &str) -> Spot {
    Spot { shelf, key: Key { document_id: id.to_owned(), ordinal: 0 } }
}

fn scored(hits: &[(&str, f64)]) -> Ranking {
    let hits = hits.iter().map(|(id, score)| (spot(0, id), *score)).collect();
    Ranking { name: "keyword".to_owned(), weight: 1.0, shelves: vec![0], hits }
}

fn ranking(ids: &[&str]) -> Ranking {
    scored(&ids.iter().map(|id| (*id, 3.0)).collect::<Vec<_>>())
}

fn fuse(rankings: &[Ranking]) -> Vec<Fused> {
    super::fuse(rankings, Method::default())
}

fn order(fused: &[Fused]) -> Vec<&str> {
    fused.iter().map(|fused| fused.spot.key.document_id.as_str()).collect()
}

#[test]
fn one_ranking_keeps_its_order_and_begins_at_one() {
    let fused = fuse(&[ranking(&["b", "a"])]);
    assert_eq!(order(&fused), ["b", "a"]);
    assert_eq!((fused[0].score, fused[1].score), (1.0, 61.0 / 62.0));
}

#[test]
fn what_two_rankings_agree_on_comes_first() {
    let fused = fuse(&[ranking(&["a", "c", "b"]), ranking(&["d", "c"])]);
    assert_eq!(order(&fused), ["c", "a", "d", "b"]);
}

#[test]
fn equals_are_in_the_order_of_their_ids() {
    assert_eq!(order(&fuse(&[ranking(&["b"]), ranking(&["a"])])), ["a", "b"]);
}

#[test]
fn a_silent_ranking_lowers_nothing_and_nothing_fuses_to_nothing() {
    assert_eq!(fuse(&[ranking(&["a"]), ranking(&[])])[0].score, 1.0);
    assert_eq!(fuse(&[ranking(&[])]), []);
    assert_eq!(fuse(&[]), []);
}

#[test]
fn a_heavier_ranking_decides() {
    let heavy = Ranking { weight: 3.0, ..ranking(&["b", "a"]) };
    assert_eq!(order(&fuse(&[ranking(&["a", "b"]), heavy])), ["b", "a"]);
}

#[test]
fn shares_of_the_best_score_count_where_scores_are_fused() {
    let rankings = [scored(&[("a", 10.0), ("b", 9.0)]), scored(&[("b", 0.5), ("a", 0.1)])];
    let fused = super::fuse(&rankings, Method::WeightedSum);
    assert_eq!(order(&fused), ["b", "a"]);
    assert!((fused[0].score - 0.95).abs() < 1e-9, "{}", fused[0].score);
}

#[test]
fn scores_below_zero_are_fused_by_their_places() {
    let rankings = [scored(&[("a", -1.0), ("b", -2.0)])];
    let fused = super::fuse(&rankings, Method::WeightedSum);
    assert_eq!((order(&fused), fused[0].score), (vec!["a", "b"], 1.0));
}

#[test]
fn a_collection_is_measured_by_the_rankings_that_looked_at_it() {
    let of = |shelf: usize, id: &str| Ranking {
        shelves: vec![shelf],
        hits: vec![(spot(shelf, id), 1.0)],
        ..ranking(&[])
    };
    let fused = fuse(&[of(0, "a"), of(0, "a"), of(1, "b")]);
    assert_eq!(fused.iter().map(|fused| fused.score).collect::<Vec<_>>(), [1.0, 1.0]);
}

proptest::proptest! {
    #[test]
    fn scores_are_shares_of_one_that_add_up(
        lists in proptest::collection::vec(proptest::collection::hash_set("[a-f]", 0..6), 0..5),
        weights in proptest::collection::vec(0.1f64..10.0, 5),
        by_score: bool,
    ) {
        let rankings: Vec<Ranking> = lists.iter().zip(weights).map(|(list, weight)| {
            Ranking { weight, ..ranking(&list.iter().map(String::as_str).collect::<Vec<_>>()) }
        }).collect();
        let method = if by_score { Method::WeightedSum } else { Method::default() };
        for fused in super::fuse(&rankings, method) {
            proptest::prop_assert!(fused.score > 0.0 && fused.score <= 1.0);
            let shares: f64 = fused.places.iter().map(|place| place.share).sum();
            proptest::prop_assert!((shares - fused.score).abs() < 1e-9);
        }
    }
}
