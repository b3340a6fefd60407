use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use proptest::prelude::*;

use super::*;
use crate::Error;
use crate::embed::{Embedded, Embedder, Purpose};

const SMALL: Cut<'static> =
    Cut { size: 40, overlap: 16, measure: Measure::Characters, by: ChunkBy::Auto };
const TOKENS: Cut<'static> =
    Cut { size: 16, overlap: 4, measure: Measure::Estimate, by: ChunkBy::Auto };

fn cut(text: &str) -> Vec<&str> {
    parts(SMALL, text)
}

fn parts<'t>(cut: Cut<'_>, text: &'t str) -> Vec<&'t str> {
    cut.cut(text).into_iter().map(|chunk| &text[chunk.bytes]).collect()
}

#[test]
fn a_short_text_is_one_chunk_without_the_space_around_it() {
    let chunk = Chunk { bytes: 2..15, heading: String::new() };
    assert_eq!(SMALL.cut("  One sentence.\n"), [chunk]);
}

#[test]
fn nothing_has_no_chunks() {
    assert_eq!(cut(""), Vec::<&str>::new());
    assert_eq!(cut(" \n\u{a0}\t"), Vec::<&str>::new());
}

#[test]
fn a_chunk_ends_with_a_sentence_and_the_next_repeats_the_last_one() {
    assert_eq!(
        cut("The first one is here. Then a second. A third follows them. Fourth."),
        [
            "The first one is here. Then a second.",
            "Then a second. A third follows them.",
            "Fourth."
        ]
    );
}

#[test]
fn a_chunk_rather_ends_with_a_paragraph_and_then_nothing_is_repeated() {
    assert_eq!(
        cut("Short opening of a text.\n\nNext paragraph. It goes on and on."),
        ["Short opening of a text.", "Next paragraph. It goes on and on."]
    );
}

#[test]
fn a_long_sentence_is_cut_between_words() {
    assert_eq!(
        cut("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu"),
        [
            "alpha beta gamma delta epsilon",
            "delta epsilon zeta eta theta iota kappa",
            "iota kappa lambda mu"
        ]
    );
}

#[test]
fn a_long_word_is_cut_between_characters() {
    let word = "ü".repeat(100);
    let chunks = cut(&word);
    assert!(chunks.iter().all(|chunk| chunk.chars().count() <= 40));
    assert_eq!(chunks[0].chars().count(), 32);
}

#[test]
fn lines_and_lists_stay_together_while_they_fit() {
    assert_eq!(cut("- one\n- two\n- three\n- four"), ["- one\n- two\n- three\n- four"]);
}

#[test]
fn a_chunk_of_a_section_is_below_its_headings() {
    let text = "# Shop\n\nOpen all days.\n\n## Prices\n\nTea is two coins a cup. Coffee is three \
                coins a cup. Cake is four coins a piece, on Sundays five of them.\n";
    let chunks: Vec<_> = TOKENS
        .cut(text)
        .into_iter()
        .map(|chunk| (chunk.heading, text[chunk.bytes].split_whitespace().next().unwrap()))
        .collect();
    let told = chunks.iter().map(|(heading, first)| (heading.as_str(), *first));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [("", "#"), ("Shop", "##"), ("Shop > Prices", "Coffee"), ("Shop > Prices", "Cake")]
    );
}

#[test]
fn code_and_tables_stay_in_one_piece_where_they_fit() {
    let code = "```\nfn a() {}. B\n```";
    let text =
        format!("# A\n\nSome words before it. And then more.\n{code}\nSome more words after it.");
    assert!(
        parts(TOKENS, &text).iter().any(|chunk| chunk.contains(code)),
        "{:?}",
        parts(TOKENS, &text)
    );
    let row = "| a cell | another |\n";
    let table = format!("# A\n\n{}", row.repeat(20));
    let chunks = parts(TOKENS, &table);
    assert!(chunks.iter().all(|chunk| chunk.ends_with('|')), "{chunks:?}");
}

#[test]
fn letters_made_of_several_characters_are_not_cut() {
    let family = "👩‍👩‍👧";
    let chunks = family.repeat(50);
    for cut in [TOKENS, Cut { overlap: 0, ..TOKENS }, Cut { overlap: 0, ..SMALL }] {
        let chunks = parts(cut, &chunks);
        assert!(chunks.len() > 5 && chunks.iter().all(|chunk| chunk.len() % family.len() == 0));
    }
}

#[test]
fn words_are_not_cut_where_nothing_is_repeated() {
    let text = "internationalization ".repeat(20);
    let cut = Cut { overlap: 0, ..TOKENS };
    assert_eq!(parts(cut, &text), ["internationalization ".repeat(4).trim(); 5]);
}

#[test]
fn a_chunk_is_bounded_where_a_model_counts_nothing() {
    let words = Words::default();
    let cut = Cut { measure: Measure::Model(&words), ..TOKENS };
    let word = "x".repeat(5000);
    for text in [word.clone(), format!("{word} {word}"), format!("a{}b", " ".repeat(5000))] {
        let chunks = parts(cut, &text);
        assert!(chunks.len() > 1 && chunks.iter().all(|chunk| chunk.len() <= 16 * BYTES));
    }
}

#[test]
fn a_text_of_any_shape_is_read_a_few_times_only() {
    let shapes = ["x", "a ", "\n", "A sentence, more or less. ", "# A\n\nb\n\n", "ü", "\r", "`"];
    for shape in shapes.into_iter().chain(["|\n", "ע ", ".", "\0", "👩‍👩‍👧", "🇩🇪", "\u{301}", "( "])
    {
        let text = shape.repeat(32 * 1024 / shape.len());
        let words = Words::default();
        let cut =
            Cut { size: 512, overlap: 50, measure: Measure::Model(&words), by: ChunkBy::Auto };
        let chunks = cut.cut(&text);
        assert!(words.read.load(Ordering::Relaxed) <= 8 * text.len(), "{shape:?}");
        assert!(chunks.iter().all(|chunk| chunk.bytes.len() <= 512 * BYTES), "{shape:?}");
    }
}

/// A model to which a word is a token, however long; it knows how many bytes it was shown.
#[derive(Default)]
struct Words {
    read: AtomicUsize,
}

#[async_trait]
impl Embedder for Words {
    fn model(&self) -> &str {
        "words"
    }

    fn dimension(&self) -> Option<u32> {
        None
    }

    fn tokens(&self, text: &str) -> usize {
        self.read.fetch_add(text.len(), Ordering::Relaxed);
        text.split_whitespace().count()
    }

    async fn embed(&self, _: &[String], _: Purpose) -> Result<Embedded, Error> {
        unreachable!("nothing is embedded here")
    }
}

/// Texts with sentences, blank lines, headings, code, tables, long words and characters of every width.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zäß東]{1,9}", 2 => Just(". ".to_owned()), 3 => Just(" ".to_owned()),
        1 => Just("\n".to_owned()), 1 => Just("\n\n".to_owned()), 1 => "[a-z🦀]{30,60}",
        1 => "\n#{1,4} [a-z]{1,9}\n", 1 => Just("\n```\n".to_owned()), 1 => Just("\n| a | b |\n".to_owned()),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn ways() -> impl Strategy<Value = ChunkBy> {
    prop_oneof![Just(ChunkBy::Auto), Just(ChunkBy::Sentence), Just(ChunkBy::Markdown)]
}

proptest! {
    #[test]
    fn chunks_hold_every_character_in_order_and_keep_their_size(
        text in texts(), size in 10usize..80, part in 0usize..=50, is_estimated: bool, by in ways(),
    ) {
        let measure = if is_estimated { Measure::Estimate } else { Measure::Characters };
        let cut = Cut { size, overlap: size * part / 100, measure, by };
        let chunks = cut.cut(&text);
        prop_assert_eq!(&cut.cut(&text), &chunks);
        let mut covered = 0;
        let mut starts = Vec::new();
        for Chunk { bytes: range, .. } in chunks {
            let chunk = &text[range.clone()];
            prop_assert_eq!(chunk, chunk.trim());
            prop_assert!(!chunk.is_empty() && cut.measure.of(chunk) <= cut.size);
            if range.start > covered {
                prop_assert_eq!(text[covered..range.start].trim(), "");
            }
            prop_assert!(range.end > covered, "a chunk says nothing new");
            covered = range.end;
            starts.push(range.start);
        }
        prop_assert_eq!(text[covered..].trim(), "");
        prop_assert!(starts.is_sorted_by(|a, b| a < b));
    }
}
