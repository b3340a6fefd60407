//! The shape of an answer: several collections, few chunks of each document, what stands beside a
//! chunk, what counts for how much, and several searches at once.

use retrieval::document::NewDocument;
use retrieval::search::{Found, Fusion, LegOptions, Mode, Search};
use retrieval::{Error, Shape};

use crate::world::{NOTES, World, ids, new, search, tenant};

async fn put_into(world: &World, collection: &str, id: &str, text: &str) {
    let collection = collection.to_owned();
    world.put_as(&tenant(), NewDocument { collection, ..new(id, text) }).await;
}

fn of_both(query: &str) -> Search {
    Search { more_collections: vec!["letters".to_owned(), NOTES.to_owned()], ..search(query) }
}

pub(crate) async fn collections_are_searched_together(world: &World) {
    for n in 0..8 {
        put_into(world, NOTES, &format!("n{n}"), "A walk in the hills, as on any day.").await;
        put_into(world, "letters", &format!("l{n}"), "A walk by the sea, as on any day.").await;
    }
    put_into(world, NOTES, "harbour", "The harbour at night.").await;
    put_into(world, "letters", "harbour", "The harbour, the harbour.").await;
    let found = world.find(of_both("harbour night")).await;
    let places: Vec<_> = found.passages.iter().map(|passage| passage.collection.as_str()).collect();
    assert_eq!((ids(&found), places), (vec!["harbour".into(); 2], vec![NOTES, "letters"]));
    assert_eq!(found.collection_documents, 18);
    assert_eq!(found.degraded, ["notes: dense: absent", "letters: dense: absent"]);
}

pub(crate) async fn a_missing_collection_among_several_is_not_found(world: &World) {
    world.put("a", "A harbour.").await;
    let error = world.retriever.search(&tenant(), of_both("harbour")).await.unwrap_err();
    assert!(matches!(error, Error::CollectionNotFound(name) if name == "letters"));
    let more_collections = (0..8).map(|n| format!("c{n}")).collect();
    let many = Search { more_collections, ..search("harbour") };
    let error = world.retriever.search(&tenant(), many).await.unwrap_err();
    assert!(matches!(error, Error::Shape(Shape::TooManyCollections(7))), "{error}");
}

/// A document of so many chunks, each with a word of its own.
fn long(word: &str, chunks: usize) -> String {
    let filler = "Nothing of note was said here today, and so it stays. ".repeat(20);
    (0..chunks).map(|n| format!("{word} part{n}. {filler}\n\n")).collect()
}

pub(crate) async fn a_document_has_as_many_chunks_as_are_wanted(world: &World) {
    world.put("long", &long("Harbour.", 12)).await;
    world.put("other", &format!("One harbour. {}", "Nothing else. ".repeat(60))).await;
    let grouped = |count| Search { chunks_per_document: count, limit: 5, ..search("harbour") };
    let one = world.find(grouped(1)).await;
    let mut found = ids(&one);
    found.sort_unstable();
    assert_eq!((found, one.under_returned.as_str()), (vec!["long".into(), "other".into()], ""));
    let two = ids(&world.find(grouped(2)).await);
    assert_eq!(two.iter().filter(|id| *id == "long").count(), 2);
    assert_eq!(world.find(grouped(0)).await.passages.len(), 5);
}

pub(crate) async fn an_answer_that_grouping_leaves_short_says_so(world: &World) {
    world.put("long", &long("Harbour.", 40)).await;
    world.put("other", &format!("One harbour. {}", "Nothing else. ".repeat(400))).await;
    let grouped = Search { chunks_per_document: 1, limit: 3, ..search("harbour") };
    let found = world.find(grouped).await;
    assert!(found.under_returned.contains("at most 1 of each document"), "{found:?}");
}

pub(crate) async fn neighbours_come_with_a_passage(world: &World) {
    let text = long("Harbour.", 3);
    world.put("long", &text).await;
    let alone = world.find(Search { limit: 1, ..search("part1") }).await.passages.remove(0);
    assert_eq!((alone.before.as_str(), alone.after.as_str()), ("", ""));
    let asked = Search { limit: 1, neighbours: 5, ..search("part1") };
    let passage = world.find(asked).await.passages.remove(0);
    assert_eq!(passage.text, alone.text);
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let around = format!("{}\n{}\n{}", passage.before, passage.text, passage.after);
    assert_eq!(squeezed(&around), squeezed(&text));
}

pub(crate) async fn legs_weigh_what_they_are_told(world: &World) {
    world.put("a", "A harbour.").await;
    let leg = |weight, limit| LegOptions { weight, limit };
    let off = Search { keyword: leg(Some(0.0), 0), ..search("harbour") };
    assert_eq!(ids(&world.find(off).await), Vec::<String>::new());
    for n in 0..5 {
        world.put(&format!("b{n}"), "A harbour.").await;
    }
    let shallow = Search { keyword: leg(None, 2), ..search("harbour") };
    assert_eq!(ids(&world.find(shallow).await), ["a", "b0"]);
    for (path, wrong) in [
        ("keyword.weight", Search { keyword: leg(Some(-1.0), 0), ..search("x") }),
        ("dense.weight", Search { dense: leg(Some(f64::NAN), 0), ..search("x") }),
        ("dense.limit", Search { dense: leg(None, 1001), ..search("x") }),
        (
            "fusion.reciprocal_rank.k",
            Search { fusion: Fusion::ReciprocalRank { k: 0.5 }, ..search("x") },
        ),
        ("chunks_per_document", Search { chunks_per_document: -1, ..search("x") }),
        ("neighbours", Search { neighbours: 6, ..search("x") }),
        ("vector", Search { vector: vec![0.0], ..search("x") }),
        ("vector", Search { vector: vec![f32::NAN], ..search("x") }),
        ("vector", Search { vector: vec![1.0], mode: Mode::Keyword, ..search("x") }),
    ] {
        let error = world.retriever.search(&tenant(), wrong).await.unwrap_err();
        assert!(error.to_string().starts_with(path), "{path}: {error}");
    }
}

pub(crate) async fn scores_may_be_fused_instead_of_places(world: &World) {
    world.put("both", "The harbour at night.").await;
    world.put("once", "The harbour by day.").await;
    for n in 0..9 {
        world.put(&format!("other{n}"), "A walk in the hills.").await;
    }
    let by_score = Search { fusion: Fusion::WeightedSum, explain: true, ..search("harbour night") };
    let found = world.find(by_score).await;
    let keyword: Vec<f64> = found.passages.iter().map(|one| one.scores[0].value).collect();
    let scores: Vec<f64> = found.passages.iter().map(|one| one.score).collect();
    assert_eq!(ids(&found), ["both", "once"]);
    assert_eq!(scores[0], 1.0);
    assert!((scores[1] - keyword[1] / keyword[0]).abs() < 1e-9, "{found:?}");
}

pub(crate) async fn searches_of_a_batch_are_answered_as_alone(world: &World) {
    for (id, text) in
        [("a", "A harbour."), ("b", "A night in the hills."), ("c", "A harbour, a night.")]
    {
        world.put_with(id, text, &format!(r#"{{"id":"{id}"}}"#)).await;
        put_into(world, "letters", id, text).await;
    }
    let searches = vec![
        search("harbour"),
        Search { explain: true, limit: 1, ..search("night hills") },
        Search { more_queries: vec!["harbour".into()], ..search("hills") },
        of_both("night"),
        search(" "),
        Search { collection: "none".to_owned(), ..search("harbour") },
    ];
    let asked = searches.iter().cloned().map(Ok).collect();
    let batch = world.retriever.search_batch(&tenant(), asked).await.unwrap();
    for (search, result) in searches.into_iter().zip(batch.results) {
        let alone: Result<Found, Error> = world.retriever.search(&tenant(), search).await;
        assert_eq!(
            result.map_err(|error| error.to_string()),
            alone.map_err(|error| error.to_string())
        );
    }
    let many = (0..33).map(|_| Ok(search("x"))).collect();
    let error = world.retriever.search_batch(&tenant(), many).await.unwrap_err();
    assert!(matches!(error, Error::Shape(Shape::TooManySearches(32))), "{error}");
}
