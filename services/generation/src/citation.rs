//! Finds what a text cites.

use std::collections::HashSet;
use std::ops::Range;

use crate::sentence::sentences;
use crate::words::{nearness, words};
use crate::{Citation, Passage};

/// No more than 200 passages can be cited; a longer number in brackets is a year, say.
const MAX_DIGITS: usize = 3;
/// In bytes: so much of a passage is looked through for a quote.
const QUOTABLE: usize = 64 * 1024;
/// In bytes: a quote is cut there, at a word.
const LONGEST_QUOTE: usize = 500;

/// Writes `[1, 2]` as `[1][2]`, so that each marker stands for one passage.
pub(crate) fn separate(text: &str) -> String {
    let mut separated = String::with_capacity(text.len());
    let mut rest = 0;
    for (range, numbers) in groups(text) {
        separated.push_str(&text[rest..range.start]);
        separated.extend(numbers.iter().map(|number| marker(*number)));
        rest = range.end;
    }
    separated.push_str(&text[rest..]);
    separated
}

/// The citations of a text whose markers are separate: each marker once, in the order of the text.
///
/// A marker that points to no passage is among them, without a document.
pub(crate) fn citations(text: &str, passages: &[Passage]) -> Vec<Citation> {
    let mut seen = HashSet::new();
    let markers: Vec<_> = groups(text)
        .flat_map(|(range, numbers)| numbers.into_iter().map(move |number| (range.start, number)))
        .filter(|(_, number)| seen.insert(*number))
        .collect();
    if markers.is_empty() {
        return Vec::new();
    }
    let sentences = sentences(text);
    let cite = |(at, number): (usize, usize)| {
        let passage = number.checked_sub(1).and_then(|index| passages.get(index));
        let marker = marker(number);
        match passage {
            Some(passage) => Citation {
                marker,
                document_id: passage.document_id.clone(),
                chunk_id: passage.chunk_id.clone(),
                quote: quote(&passage.text, citing(text, &sentences, at)),
            },
            None => {
                let (document_id, chunk_id, quote) = Default::default();
                Citation { marker, document_id, chunk_id, quote }
            }
        }
    };
    markers.into_iter().map(cite).collect()
}

/// How a passage is called in a prompt and in a text.
pub(crate) fn marker(number: usize) -> String {
    format!("[{number}]")
}

/// Writes numbers in brackets as numbers in parentheses, so that quoted text cites nothing.
pub(crate) fn defuse(text: &str) -> String {
    let mut defused = text.to_owned();
    let ranges: Vec<_> = groups(text).map(|(range, _)| range).collect();
    for range in ranges {
        defused.replace_range(range.start..=range.start, "(");
        defused.replace_range(range.end - 1..range.end, ")");
    }
    defused
}

/// The brackets that hold passage numbers and nothing else, and the numbers.
fn groups(text: &str) -> impl Iterator<Item = (Range<usize>, Vec<usize>)> {
    text.match_indices('[').filter_map(|(start, _)| {
        let inside = &text[start + 1..];
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, ',' | ' ');
        let length =
            inside.find(|c: char| !is_number(c)).filter(|end| inside[*end..].starts_with(']'))?;
        let after = &inside[length + 1..];
        let numbers: Option<Vec<usize>> = inside[..length].split(',').map(number).collect();
        // The text of a link, not a citation.
        let numbers = numbers.filter(|_| !after.starts_with('('))?;
        Some((start..start + length + 2, numbers))
    })
}

fn number(text: &str) -> Option<usize> {
    let text = text.trim();
    text.parse().ok().filter(|_| text.len() <= MAX_DIGITS)
}

/// The sentence that a marker belongs to: the one of the last word before it, if the text begins with one.
fn citing<'a>(text: &'a str, sentences: &[Range<usize>], marker: usize) -> &'a str {
    let before = text[..marker].trim_end_matches(|c: char| !c.is_alphabetic());
    let word = if before.is_empty() { marker } else { before.len() - 1 };
    let sentence = sentences.iter().find(|sentence| sentence.end > word);
    sentence.map_or("", |sentence| &text[sentence.clone()])
}

/// The sentence of a passage that shares most with the citing one; the first where none shares anything.
fn quote(passage: &str, citing: &str) -> String {
    let passage = &passage[..passage.floor_char_boundary(QUOTABLE)];
    let sentences = sentences(passage);
    let texts: Vec<_> =
        sentences.iter().map(|sentence| words(&passage[sentence.clone()])).collect();
    let near = nearness(&texts, &words(citing));
    let better = |best: usize, next: usize| if near[next] > near[best] { next } else { best };
    let best = (0..near.len()).reduce(better).map(|best| &passage[sentences[best].clone()]);
    shorten(best.unwrap_or_default()).to_owned()
}

fn shorten(text: &str) -> &str {
    if text.len() <= LONGEST_QUOTE {
        return text;
    }
    let head = &text[..text.floor_char_boundary(LONGEST_QUOTE)];
    head.rfind(char::is_whitespace).map_or(head, |end| head[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(id: &str, text: &str) -> Passage {
        Passage {
            document_id: id.into(),
            chunk_id: format!("{id}#1"),
            text: text.into(),
            ..Passage::default()
        }
    }

    fn cited(text: &str) -> Vec<(String, String, String)> {
        let passages = [
            passage("pumps", "We mend pumps. The torque was measured twice. It rained."),
            passage("trains", "Trains run. They run on rails."),
        ];
        let citations = citations(text, &passages).into_iter();
        citations.map(|citation| (citation.marker, citation.document_id, citation.quote)).collect()
    }

    fn triple(marker: &str, document: &str, quote: &str) -> (String, String, String) {
        (marker.into(), document.into(), quote.into())
    }

    #[test]
    fn a_marker_brings_the_nearest_sentence() {
        let wanted = [
            triple("[2]", "trains", "They run on rails."),
            triple("[1]", "pumps", "The torque was measured twice."),
        ];
        assert_eq!(cited("We know rails [2]. We measured torque. [1] And rain [1]."), wanted);
    }

    #[test]
    fn a_marker_of_nothing_has_no_document() {
        assert_eq!(
            cited("Out of thin air [99] or [0]."),
            [triple("[99]", "", ""), triple("[0]", "", "")]
        );
    }

    #[test]
    fn groups_are_separated() {
        assert_eq!(separate("Both [1, 2], [1][3] and [ 4 ]."), "Both [1][2], [1][3] and [4].");
    }

    #[test]
    fn other_brackets_are_left_alone() {
        let text = "[2026], [a], [], [1-2], [1](https://example.com) and [,]";
        assert_eq!((separate(text), cited(text)), (text.to_owned(), Vec::new()));
    }

    #[test]
    fn quoted_markers_cite_nothing() {
        assert_eq!(defuse("as shown [3] in [é] and [4, 5]"), "as shown (3) in [é] and (4, 5)");
    }

    #[test]
    fn long_sentences_are_cut_at_a_word() {
        let quote = quote(&"wörd ".repeat(1000), "");
        assert!(quote.len() <= LONGEST_QUOTE && quote.ends_with("wörd"), "{quote}");
    }
}
