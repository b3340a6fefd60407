//! What each provider is asked, and what its answers become.

use retrieval::Purpose;
use serde_json::{Value, json};

use crate::world::{World, expected, is_near};

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| "x".repeat(number + 1)).collect()
}

#[tokio::test]
async fn openai_is_asked_in_batches_and_vectors_keep_the_places_of_their_texts() {
    let settings = [("retrieval.embed.batch", "32"), ("retrieval.embed.parallel", "2")];
    let world = World::of("openai", &settings).await;
    let texts = texts(70);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let made = world.embed(&texts, Purpose::Passage).await.unwrap();
    for (text, vector) in texts.iter().zip(&made.vectors) {
        assert!(is_near(vector, &expected(text)), "{text}: {vector:?}");
    }
    let asked = world.provider.asked();
    let mut sizes: Vec<usize> =
        asked.iter().map(|asked| asked.body["input"].as_array().unwrap().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [6, 32, 32]);
    assert!(
        asked.iter().all(|asked| asked.key == "Bearer a key" && asked.body["model"] == "hashed")
    );
    assert!(world.provider.most() <= 2, "{}", world.provider.most());
    assert_eq!(made.space.to_string(), "hashed/4");
    let consumed = &made.consumed[..];
    assert!(matches!(consumed, [one] if one.tokens == 30 && !one.estimated), "{consumed:?}");
    assert_eq!(consumed[0].model, "it calls itself so");
}

#[tokio::test]
async fn openai_writes_many_numbers_in_base64_and_is_asked_for_a_length() {
    let settings = [("retrieval.openai.dimensions", "4")];
    let world = World::of("openai", &settings).await;
    world.embed(&["one"], Purpose::Query).await.unwrap();
    world.embed(&["more", "than one"], Purpose::Query).await.unwrap();
    let bodies: Vec<Value> = world.provider.asked().into_iter().map(|asked| asked.body).collect();
    let body = |input: Value, format| json!({ "model": "hashed", "input": input, "encoding_format": format, "dimensions": 4 });
    assert_eq!(
        bodies,
        [body(json!(["one"]), "float"), body(json!(["more", "than one"]), "base64")]
    );
}

#[tokio::test]
async fn cohere_is_told_what_the_texts_are() {
    let world = World::of("cohere", &[]).await;
    let found = world.embed(&["a passage"], Purpose::Passage).await.unwrap();
    world.embed(&["a query"], Purpose::Query).await.unwrap();
    assert!(is_near(&found.vectors[0], &expected("a passage")));
    assert_eq!((found.space.to_string().as_str(), found.consumed[0].tokens), ("embed-test/4", 7));
    let asked = world.provider.asked();
    assert_eq!((asked[0].path.as_str(), asked[0].key.as_str()), ("/v2/embed", "Bearer a key"));
    assert_eq!(
        asked[0].body,
        json!({
            "model": "embed-test", "texts": ["a passage"], "input_type": "search_document",
            "embedding_types": ["float"], "truncate": "END",
        })
    );
    assert_eq!(asked[1].body["input_type"], "search_query");
}

#[tokio::test]
async fn cohere_takes_no_more_than_96_texts_and_a_length() {
    let settings = [
        ("retrieval.embed.batch", "256"),
        ("retrieval.cohere.model", "embed-v4.0"),
        ("retrieval.cohere.dimensions", "256"),
    ];
    let world = World::of("cohere", &settings).await;
    let texts = texts(100);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let error = world.embed(&texts, Purpose::Passage).await.unwrap_err().to_string();
    assert!(error.contains("makes vectors of 4 numbers, and 256 were expected"), "{error}");
    let asked = world.provider.asked();
    let sizes = asked.iter().map(|asked| asked.body["texts"].as_array().unwrap().len());
    assert_eq!(sizes.max(), Some(96));
    assert_eq!(asked[0].body["output_dimension"], 256);
}

#[tokio::test]
async fn tei_is_asked_what_it_takes_once_and_gets_the_prefixes_of_its_model() {
    let world = World::of("tei", &[]).await;
    let texts = ["a", "bb", "ccc", "dddd"];
    let made = world.embed(&texts, Purpose::Passage).await.unwrap();
    world.embed(&["a query"], Purpose::Query).await.unwrap();
    for (text, vector) in texts.iter().zip(&made.vectors) {
        assert!(is_near(vector, &expected(&format!("passage: {text}"))), "{text}: {vector:?}");
    }
    assert_eq!(made.space.to_string(), "intfloat/e5-base-v2/4");
    assert!(made.consumed[0].estimated && made.consumed[0].cost_usd.is_none());
    let asked = world.provider.asked();
    assert_eq!(asked.iter().filter(|asked| asked.path == "/info").count(), 1);
    let mut sizes: Vec<usize> =
        asked.iter().filter_map(|asked| asked.body["inputs"].as_array().map(Vec::len)).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 1, 3]);
    let query = asked.iter().find(|asked| asked.body["inputs"][0] == "query: a query").unwrap();
    assert_eq!(
        query.body,
        json!({ "inputs": ["query: a query"], "truncate": true, "normalize": true })
    );
}

#[tokio::test]
async fn other_prefixes_make_another_space_and_another_model_behind_the_address_is_refused() {
    let settings = [("retrieval.tei.passage_prefix", "title: none | text: ")];
    let world = World::of("tei", &settings).await;
    let made = world.embed(&["a"], Purpose::Passage).await.unwrap();
    assert!(made.space.to_string().starts_with("intfloat/e5-base-v2/4@prefix-"), "{}", made.space);
    assert_eq!(world.provider.asked()[1].body["inputs"][0], "title: none | text: a");
    let world = World::of("tei", &[]).await;
    world.provider.is(json!({ "model_id": "BAAI/bge-m3" }));
    let (reason, said) = world.refusal().await;
    assert_eq!(reason, "EMBEDDER_DENIED");
    assert!(
        said.contains(
            "serves the model BAAI/bge-m3, and retrieval.tei.model is intfloat/e5-base-v2"
        ),
        "{said}"
    );
    world.provider.is(json!({ "model_id": "/data/model", "max_client_batch_size": 32 }));
    assert!(world.embed(&["a"], Purpose::Passage).await.is_ok());
}
