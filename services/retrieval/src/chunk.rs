//! Cuts a text into the pieces that are searched.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// How texts are cut; sizes count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunking {
    /// The most characters of a chunk.
    pub(crate) size: usize,
    /// The most characters that a chunk repeats of the one before, where a paragraph had to be cut.
    pub(crate) overlap: usize,
}

/// What is not divided: a sentence, or a piece of one that is longer than a chunk.
struct Unit {
    bytes: Range<usize>,
    chars: Range<usize>,
    ends_paragraph: bool,
}

impl Chunking {
    /// Where the chunks lie in the text, in bytes, in order.
    ///
    /// Every character that is no white space lies in at least one. A chunk ends where a sentence
    /// does, and rather where a paragraph does.
    pub(crate) fn cut(self, text: &str) -> Vec<Range<usize>> {
        let units = self.units(text);
        let mut chunks = Vec::new();
        let mut first = 0;
        while first < units.len() {
            let next = self.next(&units, first);
            chunks.push(units[first].bytes.start..units[next - 1].bytes.end);
            first = self.repeated(&units, first, next);
        }
        chunks
    }

    /// The first unit that the chunk from `first` leaves out.
    fn next(self, units: &[Unit], first: usize) -> usize {
        let start = units[first].chars.start;
        let fits = |unit: &Unit| unit.chars.end - start <= self.size;
        let most = first + units[first..].partition_point(fits).max(1);
        if most == units.len() {
            return most;
        }
        let is_long = |unit: &Unit| unit.chars.end - start > self.size / 2;
        let paragraph = units[first..most]
            .iter()
            .rposition(|unit| unit.ends_paragraph && is_long(unit))
            .map(|last| first + last + 1);
        paragraph.unwrap_or(most)
    }

    /// Where the chunk after `first..next` begins: a little before `next`, but never at `first`.
    fn repeated(self, units: &[Unit], first: usize, next: usize) -> usize {
        let Some(following) = units.get(next) else { return next };
        let end = units[next - 1].chars.end;
        if units[next - 1].ends_paragraph {
            return next;
        }
        let may_begin = |unit: &Unit| {
            end - unit.chars.start <= self.overlap
                && following.chars.end - unit.chars.start <= self.size
        };
        first + 1 + units[first + 1..next].iter().take_while(|unit| !may_begin(unit)).count()
    }

    fn units(self, text: &str) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut chars = 0;
        for (start, sentence) in text.split_sentence_bound_indices() {
            if sentence.trim().is_empty() {
                end_paragraph(units.last_mut(), sentence);
                chars += sentence.chars().count();
            }
            for (at, piece) in self.pieces(sentence) {
                units.extend(unit(piece, start + at, chars));
                chars += piece.chars().count();
            }
        }
        units
    }

    /// The sentence itself, or its parts where it is longer than a chunk; nothing of a blank one.
    fn pieces(self, sentence: &str) -> Vec<(usize, &str)> {
        if sentence.trim().is_empty() {
            return Vec::new();
        }
        if sentence.chars().count() <= self.size {
            return vec![(0, sentence)];
        }
        let most = self.overlap.clamp(1, self.size);
        let mut pieces = Vec::new();
        let (mut start, mut chars) = (0, 0);
        for (at, part) in parts(sentence, most) {
            let length = part.chars().count();
            if chars + length > most && chars > 0 {
                pieces.push((start, &sentence[start..at]));
                (start, chars) = (at, 0);
            }
            chars += length;
        }
        pieces.push((start, &sentence[start..]));
        pieces
    }
}

/// A line that is blank ends the paragraph before it.
fn end_paragraph(last: Option<&mut Unit>, blank: &str) {
    if let Some(unit) = last {
        unit.ends_paragraph |= blank.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
    }
}

/// The words and gaps of a sentence; one that is longer than `most` by its characters.
fn parts(sentence: &str, most: usize) -> impl Iterator<Item = (usize, &str)> {
    sentence.split_word_bound_indices().flat_map(move |(start, word)| {
        let is_long = word.chars().count() > most;
        let whole = (!is_long).then_some((start, word));
        let single = is_long.then(|| {
            word.char_indices().map(move |(at, c)| (start + at, &word[at..at + c.len_utf8()]))
        });
        whole.into_iter().chain(single.into_iter().flatten())
    })
}

/// The piece without the white space around it; nothing if that is all.
fn unit(piece: &str, start: usize, chars: usize) -> Option<Unit> {
    let text = piece.trim();
    let before = &piece[..piece.len() - piece.trim_start().len()];
    let bytes = start + before.len()..start + before.len() + text.len();
    let first = chars + before.chars().count();
    let chars = first..first + text.chars().count();
    (!text.is_empty()).then_some(Unit { bytes, chars, ends_paragraph: false })
}

#[cfg(test)]
mod tests;
