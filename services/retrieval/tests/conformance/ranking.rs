use chassis::config::Pooler;
use retrieval::document::NewDocument;
use retrieval::search::{Found, Search};

use crate::judged;
use crate::world::{World, new, search, tenant};

pub(crate) async fn a_rare_word_says_more(world: &World) {
    for n in 0..10 {
        world.put(&format!("common{n}"), "An invoice like any other.").await;
    }
    world.put("rare", "A ledger like no other.").await;
    assert_eq!(world.ids("invoice ledger").await[0], "rare");
}

pub(crate) async fn a_title_says_more(world: &World) {
    for (id, title, text) in [
        ("text", "On painting", "A word on sailing."),
        ("title", "On sailing", "A word on painting."),
    ] {
        world.put_as(&tenant(), NewDocument { title: title.to_owned(), ..new(id, text) }).await;
    }
    for n in 0..6 {
        world.put(&format!("other{n}"), "A word on nothing.").await;
    }
    assert_eq!(world.ids("sailing").await, ["title", "text"]);
    assert_eq!(world.ids("painting").await, ["text", "title"]);
}

pub(crate) async fn a_short_text_says_more(world: &World) {
    world.put("long", &format!("Sailing. {}", "Something else. ".repeat(20))).await;
    world.put("short", "Sailing. Something else.").await;
    for n in 0..6 {
        world.put(&format!("other{n}"), "Nothing.").await;
    }
    assert_eq!(world.ids("sailing").await, ["short", "long"]);
}

pub(crate) async fn equals_are_in_a_fixed_order(world: &World) {
    for id in ["c", "a", "b"] {
        world.put(id, "The same text for all.").await;
    }
    assert_eq!(world.ids("text").await, ["a", "b", "c"]);
}

pub(crate) async fn the_judged_set_reaches_its_floor(world: &World) {
    judged::fill(world).await;
    let quality = judged::quality(world).await;
    assert!(quality > 0.95, "nDCG@10 is {quality:.3}");
}

/// The same documents, the same queries: the same order, and the same scores.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_stores_rank_alike() {
    let (one, other) = (World::sqlite().await, World::postgres(Pooler::None).await);
    one.run(async |one: &World| {
        other
            .run(async |other: &World| {
                judged::fill(one).await;
                judged::fill(other).await;
                compare(one, other).await;
            })
            .await;
    })
    .await;
}

async fn compare(one: &World, other: &World) {
    for judged in judged::queries() {
        let (left, right) =
            (judged::ten(one, judged.query).await, judged::ten(other, judged.query).await);
        assert_eq!(left, right, "{}", judged.query);
    }
    let explained = Search { explain: true, ..search("frozen water pipe") };
    let keyword = |found: Found| -> Vec<f64> {
        found.passages.iter().map(|passage| passage.scores[0].value).collect()
    };
    let (left, right) =
        (keyword(one.find(explained.clone()).await), keyword(other.find(explained).await));
    assert_eq!(left.len(), right.len());
    for (left, right) in left.iter().zip(&right) {
        assert!((left - right).abs() < 1e-6, "{left} and {right}");
    }
}
