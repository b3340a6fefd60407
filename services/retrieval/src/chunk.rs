//! Cuts a text into the pieces that are searched.

mod markdown;
mod measure;
mod parts;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::chunk::markdown::Section;
pub(crate) use crate::chunk::measure::Measure;
use crate::chunk::parts::parts;
use crate::collection::ChunkBy;

/// What a model adds to a text: where it begins and ends.
const MARKS: usize = 2;

/// The most bytes of a chunk for each token of its size: to a model a long word that it does not
/// know is one token, and white space is none, however much there is.
const BYTES: usize = 32;

/// How texts are cut.
#[derive(Clone, Copy)]
pub(crate) struct Cut<'m> {
    /// The most of a chunk.
    pub(crate) size: usize,
    /// The most that a chunk repeats of the one before, where a paragraph had to be cut.
    pub(crate) overlap: usize,
    /// What the two count.
    pub(crate) measure: Measure<'m>,
    /// Where it is cut.
    pub(crate) by: ChunkBy,
}

/// Where a chunk lies in the text, in bytes, and the headings that it is below, from the outermost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) bytes: Range<usize>,
    /// Without those that stand in the chunk itself.
    pub(crate) heading: String,
}

/// What is not divided: a sentence, a block, or a piece of one that is longer than a chunk.
struct Unit {
    bytes: Range<usize>,
    /// How much lies before it, and before its end.
    span: Range<usize>,
    ends_paragraph: bool,
}

/// The units of a text as they are found, and how much they are together.
struct Units<'t, 'm> {
    cut: Cut<'m>,
    text: &'t str,
    units: Vec<Unit>,
    measured: usize,
}

impl Cut<'_> {
    /// The chunks of a text, in order.
    ///
    /// Every character that is no white space lies in at least one. A chunk ends where a sentence
    /// does, and rather where a paragraph does; none goes beyond a Markdown section.
    pub(crate) fn cut(self, text: &str) -> Vec<Chunk> {
        let is_markdown = match self.by {
            ChunkBy::Auto => markdown::has_headings(text),
            ChunkBy::Sentence => false,
            ChunkBy::Markdown => true,
        };
        match is_markdown {
            true => {
                let sections = markdown::sections(text).into_iter();
                sections.flat_map(|section| self.section(text, &section)).collect()
            }
            false => {
                let whole = Section { bytes: 0..text.len(), ..Section::default() };
                self.section(text, &whole)
            }
        }
    }

    /// Leaves room for a title, where a model reads it with each chunk and only so many tokens.
    pub(crate) fn beside(self, title: &str) -> Self {
        let Measure::Model(model) = self.measure else { return self };
        let Some(longest) = model.longest() else { return self };
        let room = longest.saturating_sub(self.measure.of(title) + MARKS).max(longest / 4);
        let size = self.size.min(room);
        Self { size, overlap: self.overlap.min(size / 2), ..self }
    }

    fn section(self, text: &str, section: &Section) -> Vec<Chunk> {
        let units = self.units(text, section);
        let mut chunks: Vec<Chunk> = Vec::new();
        let mut first = 0;
        while first < units.len() {
            let next = self.next(&units, first);
            let bytes = units[first].bytes.start..units[next - 1].bytes.end;
            let heading = if chunks.is_empty() { &section.above } else { &section.path };
            chunks.push(Chunk { bytes, heading: heading.clone() });
            first = self.repeated(&units, first, next);
        }
        chunks
    }

    /// The first unit that the chunk from `first` leaves out.
    fn next(self, units: &[Unit], first: usize) -> usize {
        let start = units[first].span.start;
        let fits = |unit: &Unit| self.holds(&units[first], unit);
        let most = first + units[first..].partition_point(fits).max(1);
        if most == units.len() {
            return most;
        }
        let is_long = |unit: &Unit| unit.span.end - start > self.size / 2;
        let paragraph = units[first..most]
            .iter()
            .rposition(|unit| unit.ends_paragraph && is_long(unit))
            .map(|last| first + last + 1);
        paragraph.unwrap_or(most)
    }

    /// Whether a chunk has room from the one to the other.
    fn holds(self, first: &Unit, last: &Unit) -> bool {
        self.has_room(last.span.end - first.span.start, last.bytes.end - first.bytes.start)
    }

    fn has_room(self, length: usize, bytes: usize) -> bool {
        length <= self.size && bytes <= self.size * BYTES
    }

    /// Where the chunk after `first..next` begins: a little before `next`, but never at `first`.
    fn repeated(self, units: &[Unit], first: usize, next: usize) -> usize {
        let Some(following) = units.get(next) else { return next };
        let end = units[next - 1].span.end;
        if units[next - 1].ends_paragraph {
            return next;
        }
        let may_begin =
            |unit: &Unit| end - unit.span.start <= self.overlap && self.holds(unit, following);
        first + 1 + units[first + 1..next].iter().take_while(|unit| !may_begin(unit)).count()
    }

    /// The section's blocks, and the sentences between them.
    fn units(self, text: &str, section: &Section) -> Vec<Unit> {
        let mut units = Units { cut: self, text, units: Vec::new(), measured: 0 };
        let mut start = section.bytes.start;
        for block in &section.blocks {
            units.sentences(start..block.start);
            units.block(block.clone());
            start = block.end;
        }
        units.sentences(start..section.bytes.end);
        units.units
    }
}

impl Units<'_, '_> {
    fn sentences(&mut self, bytes: Range<usize>) {
        for (at, sentence) in self.text[bytes.clone()].split_sentence_bound_indices() {
            let start = bytes.start + at;
            if sentence.trim().is_empty() {
                self.blank(sentence);
            } else if !self.whole(start..start + sentence.len()) {
                self.pieces(start, sentence);
            }
        }
    }

    /// A block in one piece where that fits, between paragraphs of its own.
    fn block(&mut self, bytes: Range<usize>) {
        if !self.whole(bytes.clone()) {
            self.sentences(bytes);
        }
        self.units.last_mut().into_iter().for_each(|unit| unit.ends_paragraph = true);
    }

    /// A line that is blank ends the paragraph before it.
    fn blank(&mut self, blank: &str) {
        self.measured += self.gap(blank);
        if let Some(unit) = self.units.last_mut() {
            unit.ends_paragraph |= blank.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
        }
    }

    /// Takes a part of the text as one unit where it fits; says whether it does.
    fn whole(&mut self, bytes: Range<usize>) -> bool {
        let inner = self.text[bytes.clone()].trim();
        let length = self.cut.measure.of(inner);
        let fits = self.cut.has_room(length, inner.len());
        if fits {
            self.take(bytes, length);
        }
        fits
    }

    /// Takes a part of this length as one unit, without the white space around it.
    fn take(&mut self, bytes: Range<usize>, length: usize) {
        let text = &self.text[bytes.clone()];
        let inner = text.trim();
        let (before, after) = (text.len() - text.trim_start().len(), text.trim_end().len());
        let first = self.measured + self.gap(&text[..before]);
        self.measured = first + length;
        if !inner.is_empty() {
            self.measured += self.gap(&text[after..]);
            let bytes = bytes.start + before..bytes.start + after;
            let span = first..first + length;
            self.units.push(Unit { bytes, span, ends_paragraph: false });
        }
    }

    /// The parts of a sentence that is longer than a chunk, each short enough to be repeated.
    fn pieces(&mut self, start: usize, sentence: &str) {
        let cut @ Cut { overlap, measure, .. } = self.cut;
        let (mut first, mut sum) = (0, 0);
        for (at, part) in parts(sentence, move |part| !cut.has_room(measure.of(part), part.len())) {
            let length = measure.of(part);
            let is_full = sum + length > overlap || !cut.has_room(0, at + part.len() - first);
            if is_full && at > first {
                self.piece(start + first..start + at);
                (first, sum) = (at, 0);
            }
            sum += length;
        }
        self.piece(start + first..start + sentence.len());
    }

    fn piece(&mut self, bytes: Range<usize>) {
        let length = self.cut.measure.of(self.text[bytes.clone()].trim());
        self.take(bytes, length);
    }

    /// White space is no token.
    fn gap(&self, blank: &str) -> usize {
        match self.cut.measure {
            Measure::Characters => blank.chars().count(),
            Measure::Estimate | Measure::Model(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests;
