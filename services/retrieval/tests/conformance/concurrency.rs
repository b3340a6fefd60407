use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{join, join_all, try_join_all};
use retrieval::Error;
use retrieval::document::Outcome;
use retrieval::search::Search;

use crate::world::{NOTES, World, new, search, tenant};

/// A text of several chunks, every one of which has the version's word.
fn version(word: &str) -> String {
    format!("The word of this version is {word}, and here it is again. ").repeat(150)
}

pub(crate) async fn readers_see_one_version_or_the_other(world: &World) {
    let chunks = world.put("a", &version("v0")).await.document.chunks;
    let is_written = AtomicBool::new(false);
    let write = async {
        for n in 1..=15 {
            world.put("a", &version(&format!("v{n}"))).await;
        }
        is_written.store(true, Ordering::SeqCst);
    };
    let read = async {
        let mut seen = BTreeSet::new();
        while !is_written.load(Ordering::SeqCst) {
            let found = world.find(Search { limit: 200, ..search("version") }).await.passages;
            let word = |text: &str| {
                text.split_whitespace()
                    .find(|word| word.starts_with('v') && word.len() < 5)
                    .map(|word| word.trim_matches(',').to_owned())
            };
            let words: BTreeSet<_> =
                found.iter().filter_map(|passage| word(&passage.text)).collect();
            assert_eq!((found.len(), words.len()), (chunks as usize, 1), "{words:?}");
            seen.extend(words);
        }
        seen
    };
    let ((), seen) = join(write, read).await;
    assert!(!seen.is_empty());
    assert_eq!(world.search("v15").await.passages.len(), chunks.min(10) as usize);
}

pub(crate) async fn puts_of_one_id_at_once_are_versions_in_a_row(world: &World) {
    let texts: Vec<String> = (0..16).map(|n| format!("Text number n{n}.")).collect();
    let puts = join_all(texts.iter().map(|text| world.put("a", text))).await;
    let mut versions: Vec<u64> = puts.iter().map(|put| put.document.version).collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=16).collect::<Vec<u64>>());
    assert_eq!(puts.iter().filter(|put| put.outcome == Outcome::Created).count(), 1);
    let last = puts.iter().position(|put| put.document.version == 16).unwrap();
    let found = world.search("text number").await.passages;
    assert_eq!((found.len(), &found[0].text), (1, &texts[last]));
    world.audit(NOTES).await;
}

pub(crate) async fn the_same_put_at_once_is_one_version(world: &World) {
    let puts = join_all((0..16).map(|_| world.put("a", "One text for all."))).await;
    assert_eq!(puts.iter().filter(|put| put.outcome == Outcome::Created).count(), 1);
    assert!(puts.iter().all(|put| put.document.version == 1));
    world.audit(NOTES).await;
}

pub(crate) async fn puts_at_once_make_one_collection(world: &World) {
    let names: Vec<String> = (0..24).map(|n| format!("d{n:02}")).collect();
    join_all(names.iter().map(|id| world.put(id, "The same words for everybody."))).await;
    assert_eq!(world.list(NOTES, 0).await, names);
    assert_eq!(world.find(Search { limit: 200, ..search("everybody") }).await.passages.len(), 24);
    world.audit(NOTES).await;
}

pub(crate) async fn a_collection_that_goes_while_it_fills_is_whole_or_gone(world: &World) {
    let fill = async {
        for n in 0..30 {
            world.put(&format!("d{n:02}"), "A text that comes and goes.").await;
        }
    };
    let empty = async {
        for _ in 0..10 {
            match world.retriever.delete_collection(&tenant(), NOTES).await {
                Ok(_) | Err(Error::CollectionNotFound(_)) => tokio::task::yield_now().await,
                Err(error) => panic!("{error}"),
            }
        }
    };
    join(fill, empty).await;
    world.put("last", "A text that stays.").await;
    world.audit(NOTES).await;
    let listed = world.list(NOTES, 0).await.len();
    assert_eq!(world.find(Search { limit: 200, ..search("text") }).await.passages.len(), listed);
}

/// A caller that goes away in the middle leaves no open transaction behind.
pub(crate) async fn a_put_that_is_given_up_leaves_nothing(world: &World) {
    let tenant = tenant();
    for _ in 0..20 {
        let long = version("given up");
        let put = world.retriever.put(&tenant, new("a", &long));
        tokio::select! {
            biased;
            _ = put => {}
            () = tokio::task::yield_now() => {}
        }
    }
    let puts =
        (0..8).map(|n| world.retriever.put(&tenant, new(&format!("b{n}"), "A text that counts.")));
    try_join_all(puts.collect::<Vec<_>>()).await.unwrap();
    assert_eq!(world.ids("counts").await.len(), 8);
    world.audit(NOTES).await;
}
