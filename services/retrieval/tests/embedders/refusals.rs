//! What is refused at the door, and what is refused at the start.

use chassis::auth::Tenant;
use chassis::failure::Failure;
use retrieval::collection::Settings;
use retrieval::{Embedding, Purpose};

use crate::world::{World, config, owned};

fn of(texts: &[&str]) -> Embedding {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    Embedding { texts, ..Embedding::default() }
}

#[tokio::test]
async fn texts_that_say_nothing_or_too_much_never_reach_the_provider() {
    let world = World::of("openai", &[]).await;
    let (long, many) = ("x".repeat(32_001), vec!["x"; 257]);
    for (texts, path) in [
        (&[][..], "texts"),
        (&many[..], "texts"),
        (&["a", ""], "texts[1]"),
        (&[" \n\u{3000}"], "texts[0]"),
        (&["a\0b"], "texts[0]"),
        (&[long.as_str()], "texts[0]"),
    ] {
        let error = world.ask(of(texts)).await.unwrap_err();
        assert_eq!((error.reason(), error.violations()[0].path.as_str()), ("INVALID_TEXT", path));
    }
    assert!(world.provider.asked().is_empty());
}

#[tokio::test]
async fn models_and_collections_that_are_not_there_are_named() {
    let world = World::of("openai", &[]).await;
    for model in ["", "default", "openai", "hashed"] {
        let made = world.ask(Embedding { model: model.to_owned(), ..of(&["a"]) }).await.unwrap();
        assert_eq!(made.space.model, "hashed");
    }
    let unknown = Embedding { model: "gpt".to_owned(), ..of(&["a"]) };
    let error = world.ask(unknown).await.unwrap_err();
    assert_eq!(error.reason(), "EMBEDDER_NOT_FOUND");
    assert!(error.to_string().contains("there are: openai (hashed)"), "{error}");
    for (collection, reason) in [("Not a name", "INVALID_NAME"), ("none", "COLLECTION_NOT_FOUND")] {
        let asked = Embedding { collection: collection.to_owned(), ..of(&["a"]) };
        assert_eq!(world.ask(asked).await.unwrap_err().reason(), reason);
    }
    let (tenant, settings) = (Tenant::default(), Settings::default());
    world.retriever.create_collection(&tenant, "notes", "", &settings).await.unwrap();
    let asked = Embedding { collection: "notes".to_owned(), ..of(&["a"]) };
    assert_eq!(world.ask(asked).await.unwrap().space.dimension, 4);
    let asked = Embedding { dimensions: 8, ..of(&["a"]) };
    let error = world.ask(asked).await.unwrap_err();
    assert_eq!(error.reason(), "INVALID_DIMENSIONS");
    assert!(error.to_string().contains("must be 4"), "{error}");
}

#[tokio::test]
async fn where_nothing_embeds_that_is_said_with_the_remedy() {
    let world = World::of("openai", &[("retrieval.embedder", "none")]).await;
    let error = world.embed(&["a"], Purpose::Query).await.unwrap_err();
    assert_eq!(error.reason(), "EMBEDDER_MISSING");
    assert!(error.to_string().contains("set retrieval.embedder"), "{error}");
}

#[test]
fn what_is_chosen_and_cannot_be_is_refused_at_the_start() {
    for (settings, key, said) in [
        (&[("retrieval.embedder", "gemma")][..], "retrieval.embedder", "choose one of auto, none"),
        (&[("retrieval.embedder", "openai")], "retrieval.embedder", "OPENAI_API_KEY"),
        (&[("retrieval.embedder", "cohere")], "retrieval.embedder", "COHERE_API_KEY"),
        (&[("retrieval.embedder", "tei")], "retrieval.embedder", "retrieval.tei.base_url"),
        (&[("retrieval.model.dir", "/proc/none")], "retrieval.model.dir", "run `make model`"),
        (&[("retrieval.model.threads", "65")], "retrieval.model.threads", "up to 64"),
        (&[("retrieval.tei.base_url", "http://a")], "retrieval.tei.model", "GET /info"),
        (&[("retrieval.tei.base_url", "a")], "retrieval.tei.base_url", "https://HOST"),
        (
            &[("retrieval.cohere.base_url", "https://u:p@a")],
            "retrieval.cohere.base_url",
            "without credentials",
        ),
        (&[("retrieval.cohere.api_key", "a\nb")], "retrieval.cohere.api_key", "line breaks"),
        (
            &[("retrieval.cohere.api_key", "k"), ("retrieval.cohere.dimensions", "100")],
            "retrieval.cohere.dimensions",
            "choose 256",
        ),
        (
            &[
                ("retrieval.cohere.api_key", "k"),
                ("retrieval.cohere.model", "embed-english-v3.0"),
                ("retrieval.cohere.dimensions", "256"),
            ],
            "retrieval.cohere.dimensions",
            "cannot be asked of",
        ),
        (&[("retrieval.embed.batch", "0")], "retrieval.embed.batch", "from 1 to 256"),
        (&[("retrieval.embed.parallel", "65")], "retrieval.embed.parallel", "from 1 to 64"),
    ] {
        let error = config(&owned(settings)).unwrap_err().to_string();
        assert!(error.contains(key) && error.contains(said), "{settings:?}: {error}");
    }
}
