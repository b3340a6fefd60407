use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chassis::failure::Failure;

use super::*;
use crate::embed::cosine;

/// The model of the tools; nothing where it was not fetched, but for CI, which has to have it.
fn fetched() -> Option<PathBuf> {
    let variable = |name: &str| {
        let set = chassis::config::environment();
        set.into_iter().find_map(|(set, value)| (set == name && !value.is_empty()).then_some(value))
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tools = variable("THROUGHLINE_TOOLS").map_or_else(|| root.join(".tools"), PathBuf::from);
    let folder = tools.join("model").join(MODEL);
    if folder.join("NOTICE").is_file() {
        return Some(folder);
    }
    assert!(variable("CI").is_none(), "{} is missing", folder.display());
    tracing::warn!("NOT TESTED: run tests/tools/fetch.sh model");
    None
}

/// One for each test, of files that are read once.
fn local() -> Option<LocalEmbedder> {
    static LOADED: OnceLock<Option<Arc<Loaded>>> = OnceLock::new();
    let load = || Some(LocalEmbedder::load(&model(&fetched()?)).unwrap().model);
    Some(LocalEmbedder::of(Arc::clone(LOADED.get_or_init(load).as_ref()?), 2))
}

fn model(folder: &Path) -> Model {
    Model { folder: folder.to_owned(), threads: 2, is_named: false }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// What `tests/tools/embeddings.py` made of its texts.
fn reference() -> (Vec<String>, Vec<Vec<f32>>) {
    let texts: Vec<String> = serde_json::from_str(include_str!("tests/texts.json")).unwrap();
    let numbers = include_bytes!("tests/vectors.bin").as_chunks().0.iter();
    let numbers: Vec<f32> = numbers.map(|bytes| f32::from(i16::from_le_bytes(*bytes))).collect();
    let vectors = numbers.chunks_exact(numbers.len() / texts.len()).map(<[f32]>::to_vec).collect();
    (texts, vectors)
}

#[tokio::test]
async fn vectors_are_those_of_a_second_implementation() {
    let Some(local) = local() else { return };
    let (texts, vectors) = reference();

    let made = local.embed(&texts, Purpose::Passage).await.unwrap();

    assert_eq!((made.vectors.len(), vectors.len()), (64, 64));
    for ((text, vector), should) in texts.iter().zip(&made.vectors).zip(&vectors) {
        let near = cosine(vector, should);
        assert!(near > 0.999_99, "{near}: {text}");
    }
    let consumed = made.consumed.unwrap();
    assert_eq!((consumed.provider, consumed.estimated), ("local", false));
    let tokens: usize = texts.iter().map(|text| local.tokens(text).min(256)).sum();
    assert_eq!(consumed.tokens, tokens as u64);
}

#[tokio::test]
async fn a_paraphrase_is_nearer_than_what_shares_its_words() {
    let Some(local) = local() else { return };
    let texts = [
        "How do I get my money back?",
        "Refunds are paid within a week.",
        "My back hurts, how do I sit?",
    ];

    let vectors = local.embed(&owned(&texts), Purpose::Query).await.unwrap().vectors;

    assert!(cosine(&vectors[0], &vectors[1]) > cosine(&vectors[0], &vectors[2]));
}

#[tokio::test]
async fn blank_texts_are_refused_and_long_ones_are_read_to_their_256th_token() {
    let Some(local) = local() else { return };
    let long = "word ".repeat(254);
    let longer = format!("{long}{}", "other ".repeat(20_000));

    let blank = local.embed(&owned(&["a", " \n"]), Purpose::Query).await.unwrap_err();
    let vectors = local.embed(&owned(&[&long, &longer]), Purpose::Query).await.unwrap().vectors;

    assert_eq!(blank.reason(), "BLANK_TEXT");
    assert_eq!((local.tokens(&long), local.longest()), (256, Some(256)));
    assert!(cosine(&vectors[0], &vectors[1]) > 0.999_999);
}

#[tokio::test]
async fn whoever_gives_up_leaves_the_threads_to_others() {
    let Some(local) = local() else { return };
    let many = vec!["word ".repeat(200); 100];

    let waited = local.embed(&many, Purpose::Passage);
    let waited = tokio::time::timeout(std::time::Duration::from_millis(20), waited).await;
    let after = local.embed(&owned(&["a text"]), Purpose::Query).await;

    assert!(waited.is_err() && after.is_ok());
    assert_eq!(local.waiting.available_permits(), MOST_WAITING);
}

#[test]
fn files_that_are_damaged_are_named_with_the_remedy() {
    let Some(folder) = fetched() else { return };
    let damaged = tempfile::tempdir().unwrap();
    let at = |name: &str| damaged.path().join(name);
    let refused = || LocalEmbedder::load(&model(damaged.path())).err().unwrap();
    let words = std::fs::read(folder.join("tokenizer.json")).unwrap();
    let weights = std::fs::read(folder.join("model.safetensors")).unwrap();

    for held in [&words[..1000], &words[..0], &b"{}"[..]] {
        std::fs::write(at("tokenizer.json"), held).unwrap();
        assert!(refused().to_string().contains("tokenizer.json is not the file"));
    }
    std::fs::write(at("tokenizer.json"), &words).unwrap();
    assert!(refused().to_string().contains("cannot be read"));
    let mut flipped = weights.clone();
    flipped[50_000_000] ^= 1;
    for held in [&weights[..1_000_000], &flipped[..], &weights[..4], &[255; 40][..], &[0; 8][..]] {
        std::fs::write(at("model.safetensors"), held).unwrap();
        let error = refused();
        assert_eq!((error.reason(), error.is_configured()), ("MODEL_UNFIT", true), "{error}");
        assert!(
            error.to_string().contains("is damaged") && error.to_string().contains("make model")
        );
    }
}
