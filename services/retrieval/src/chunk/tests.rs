use proptest::prelude::*;

use super::*;

const SMALL: Chunking = Chunking { size: 40, overlap: 16 };

fn cut(text: &str) -> Vec<&str> {
    SMALL.cut(text).into_iter().map(|range| &text[range]).collect()
}

#[test]
fn a_short_text_is_one_chunk_without_the_space_around_it() {
    assert_eq!(SMALL.cut("  One sentence.\n"), vec![2..15]);
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

/// Texts with sentences, blank lines, long words and characters of every width.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zäß東]{1,9}", 2 => Just(". ".to_owned()), 3 => Just(" ".to_owned()),
        1 => Just("\n".to_owned()), 1 => Just("\n\n".to_owned()), 1 => "[a-z🦀]{30,60}", 1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn chunks_hold_every_character_in_order_and_keep_their_size(
        text in texts(), size in 10usize..80, part in 0usize..=50,
    ) {
        let chunking = Chunking { size, overlap: size * part / 100 };
        let chunks = chunking.cut(&text);
        let mut covered = 0;
        let mut starts = Vec::new();
        for range in chunks {
            let chunk = &text[range.clone()];
            prop_assert_eq!(chunk, chunk.trim());
            prop_assert!((1..=size).contains(&chunk.chars().count()));
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
