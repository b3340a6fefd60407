//! Whatever a provider does, the caller is told why and what helps, and nothing hangs.

use std::time::Duration;

use chassis::deadline::{Deadline, scope};
use retrieval::Purpose;
use serde_json::json;

use crate::provider::Manner;
use crate::world::{ALL, World};

/// A refusal that is not worth a repeat, so that no test waits for one.
fn refuses(status: u16, body: &str) -> Manner {
    Manner::Answers(status, vec![("x-should-retry", "false")], body.to_owned())
}

const DENIED: &str = "EMBEDDER_DENIED";
const UNAVAILABLE: &str = "EMBEDDER_UNAVAILABLE";

#[tokio::test]
async fn each_refusal_has_its_reason_and_remedy() {
    for name in ALL {
        let world = World::of(name, &[]).await;
        for (status, reason, said) in [
            (400, DENIED, format!("check that retrieval.{name}.model embeds")),
            (401, DENIED, format!("HTTP 401; check retrieval.{name}.api_key")),
            (402, DENIED, "no credit left".to_owned()),
            (403, DENIED, format!("retrieval.{name}.api_key")),
            (404, DENIED, format!("retrieval.{name}.base_url and retrieval.{name}.model")),
            (413, DENIED, "retrieval.embed.batch".to_owned()),
            (422, DENIED, format!("retrieval.{name}.model embeds")),
            (424, UNAVAILABLE, "HTTP 424".to_owned()),
            (429, UNAVAILABLE, "HTTP 429".to_owned()),
            (500, UNAVAILABLE, "HTTP 500".to_owned()),
            (503, UNAVAILABLE, "HTTP 503".to_owned()),
            (301, DENIED, format!("retrieval.{name}.base_url")),
        ] {
            world.provider.will([refuses(status, r#"{"error":"it quotes: a text"}"#)]);
            let refused = world.refusal().await;
            assert_eq!(refused.0, reason, "{name} {status}: {}", refused.1);
            assert!(refused.1.contains(&said) && !refused.1.contains("quotes"), "{}", refused.1);
        }
    }
}

#[tokio::test]
async fn answers_that_are_no_vectors_are_refused() {
    for (name, wrapped) in [
        ("openai", r#"{"data":[{"index":0,"embedding":NUMBERS}]}"#),
        ("cohere", r#"{"embeddings":{"float":[NUMBERS]}}"#),
        ("tei", "[NUMBERS]"),
    ] {
        let world = World::of(name, &[]).await;
        for (numbers, said) in [
            ("[]", "without numbers"),
            ("[0,0,0,0]", "of zeros"),
            ("[1,null,0,0]", "no list of vectors"),
            ("[1,1e39,0,0]", "not finite"),
            ("[NaN,1,0,0]", "no list of vectors"),
            ("[1],[1]", "2 vectors of 1 texts"),
            ("{}", "no list of vectors"),
            ("[[1,2],[3,4]]", "no list of vectors"),
        ] {
            let numbers = match (name, numbers) {
                ("openai", "[1],[1]") => r#"[1]},{"embedding":[1]"#,
                _ => numbers,
            };
            world.provider.will([refuses(200, &wrapped.replace("NUMBERS", numbers))]);
            let (reason, told) = world.refusal().await;
            assert!(reason == UNAVAILABLE && told.contains(said), "{name} {numbers}: {told}");
        }
        for body in ["", "[", "null", "<html>", r#"{"data":[]}"#] {
            world.provider.will([refuses(200, body)]);
            assert_eq!(world.refusal().await.0, UNAVAILABLE, "{name} {body}");
        }
        assert!(world.embed(&["it still serves"], Purpose::Passage).await.is_ok());
    }
}

#[tokio::test]
async fn what_is_busy_is_asked_again_as_soon_as_it_says() {
    for name in ALL {
        let world = World::of(name, &[]).await;
        let busy = Manner::Answers(429, vec![("retry-after-ms", "10")], String::new());
        world.provider.will([busy.clone(), busy]);
        assert!(world.embed(&["one"], Purpose::Passage).await.is_ok(), "{name}");
        world.provider.will([Manner::Breaks]);
        assert!(world.embed(&["two"], Purpose::Passage).await.is_ok(), "{name}");
        let late = Manner::Answers(429, vec![("retry-after", "3000")], json!({}).to_string());
        world.provider.will([late]);
        assert_eq!(world.refusal().await.0, UNAVAILABLE);
    }
}

#[tokio::test]
async fn who_never_answers_costs_no_more_than_the_caller_has() {
    for name in ALL {
        let world = World::of(name, &[]).await;
        world.provider.will([Manner::Sleeps]);
        let deadline = Deadline::after(Duration::from_millis(300));
        let (reason, told) = scope(deadline, world.refusal()).await;
        assert!(reason == UNAVAILABLE && told.contains("within"), "{name}: {told}");
    }
}

#[tokio::test]
async fn whoever_waits_for_a_place_waits_no_longer_than_it_has() {
    let world = World::of("openai", &[("retrieval.embed.parallel", "1")]).await;
    world.provider.will([Manner::Sleeps]);
    let deadline = Deadline::after(Duration::from_millis(500));
    let first = scope(deadline, world.embed(&["first"], Purpose::Passage));
    let second = scope(deadline, world.embed(&["second"], Purpose::Passage));
    let (first, second) = tokio::join!(first, second);
    let said = [first.unwrap_err().to_string(), second.unwrap_err().to_string()];
    assert!(said[0].contains("within"), "{said:?}");
    assert!(said[1].contains("too many calls") || said[1].contains("within"), "{said:?}");
    assert!(world.provider.asked().len() <= 2);
    assert!(world.embed(&["third"], Purpose::Passage).await.is_ok());
}
