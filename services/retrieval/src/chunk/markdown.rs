//! Where a text has Markdown sections, and what should stay in one piece in them.

use std::ops::Range;

/// The most characters of the headings above a chunk.
const LONGEST: usize = 300;

/// A heading with what is below it, up to the next heading.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) bytes: Range<usize>,
    /// The headings above its first line, from the outermost.
    pub(super) above: String,
    /// The same with its own.
    pub(super) path: String,
    /// Code fences and tables, in order.
    pub(super) blocks: Vec<Range<usize>>,
}

/// Reads a text line by line.
#[derive(Default)]
struct Reader {
    sections: Vec<Section>,
    /// The headings that the current line is below, with their levels.
    headings: Vec<(usize, String)>,
    /// Whether the current section has more than headings.
    has_body: bool,
    fence: Option<Fence>,
    table: Option<Range<usize>>,
}

struct Fence {
    start: usize,
    mark: char,
    length: usize,
}

/// The sections of a text, in order; together they are the whole text.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let mut reader = Reader { sections: vec![Section::default()], ..Reader::default() };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        reader.line(line, start);
        start += line.len();
    }
    reader.end(text.len());
    reader.sections
}

/// Whether a text looks like Markdown: it has a heading that begins it, or follows a blank line.
pub(super) fn has_headings(text: &str) -> bool {
    let mut is_after_blank = true;
    let mut lines = text.split_inclusive('\n');
    lines.any(|line| {
        let is_heading = is_after_blank && heading(line).is_some();
        is_after_blank = line.trim().is_empty();
        is_heading
    })
}

impl Reader {
    fn line(&mut self, line: &str, start: usize) {
        let end = start + line.len();
        if let Some(fence) = &self.fence {
            if fence.is_closed_by(line) {
                self.block(fence.start..end);
                self.fence = None;
            }
            return;
        }
        self.row(line, start..end);
        if let Some((level, text)) = heading(line) {
            self.heading(level, text, start);
        } else if !line.trim().is_empty() {
            self.has_body = true;
            self.fence = Fence::opened_by(line, start);
        }
    }

    /// Counts a line to the table before it, or ends that.
    fn row(&mut self, line: &str, bytes: Range<usize>) {
        match (line.trim_start().starts_with('|'), &mut self.table) {
            (true, Some(table)) => table.end = bytes.end,
            (true, None) => self.table = Some(bytes),
            (false, _) => {
                let table = self.table.take();
                table.into_iter().for_each(|table| self.block(table));
            }
        }
    }

    /// Begins a section; where the last one is nothing but headings, it goes on instead.
    fn heading(&mut self, level: usize, text: &str, start: usize) {
        let is_inner = |(outer, _): &(usize, String)| *outer < level;
        self.headings.truncate(self.headings.iter().take_while(|outer| is_inner(outer)).count());
        if self.has_body {
            let above = self.path();
            self.finish(start);
            let bytes = start..start;
            self.sections.push(Section { bytes, above, ..Section::default() });
            self.has_body = false;
        }
        self.headings.push((level, text.to_owned()));
        let path = self.path();
        self.sections.last_mut().into_iter().for_each(|section| section.path.clone_from(&path));
    }

    fn path(&self) -> String {
        let headings: Vec<_> = self.headings.iter().map(|(_, text)| text.as_str()).collect();
        headings.join(" > ").chars().take(LONGEST).collect()
    }

    fn block(&mut self, bytes: Range<usize>) {
        self.sections.last_mut().into_iter().for_each(|section| section.blocks.push(bytes.clone()));
    }

    fn finish(&mut self, end: usize) {
        self.sections.last_mut().into_iter().for_each(|section| section.bytes.end = end);
    }

    /// A fence that is never closed goes on to the end of the text.
    fn end(&mut self, end: usize) {
        let open = self.fence.take().map(|fence| fence.start..end);
        let rest = open.or_else(|| self.table.take());
        rest.into_iter().for_each(|block| self.block(block));
        self.finish(end);
    }
}

impl Fence {
    fn opened_by(line: &str, start: usize) -> Option<Self> {
        let line = indented(line)?;
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let length = line.chars().take_while(|letter| *letter == mark).count();
        let is_code = mark == '`' && line[length..].contains('`');
        (length >= 3 && !is_code).then_some(Self { start, mark, length })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let Some(line) = indented(line) else { return false };
        let line = line.trim_end();
        line.chars().all(|letter| letter == self.mark) && line.len() >= self.length
    }
}

/// The level and the text of a heading such as `## Prices`.
fn heading(line: &str) -> Option<(usize, &str)> {
    let line = indented(line)?;
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let is_apart = text.starts_with([' ', '\t']);
    let text = text.trim().trim_end_matches('#').trim_end();
    ((1..=6).contains(&level) && is_apart && !text.is_empty()).then_some((level, text))
}

/// A line without its indent; nothing where that is so deep that the line is code.
fn indented(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    (line.len() - text.len() <= 3).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Before.\n# Shop\n\n## Prices ##\nTea 2.\n```sh\n# no heading\n```\n\
        | a | b |\n|---|---|\n| 1 | 2 |\n### Old\nNone.\n## Hours\nNine.\n~~~\n# open\n";

    #[test]
    fn a_section_knows_the_headings_above_it() {
        let told: Vec<_> = sections(TEXT)
            .iter()
            .map(|section| {
                let first = TEXT[section.bytes.clone()].lines().next().unwrap();
                format!("{first} / {} / {}", section.above, section.path)
            })
            .collect();
        assert_eq!(
            told,
            [
                "Before. /  / ",
                "# Shop /  / Shop > Prices",
                "### Old / Shop > Prices / Shop > Prices > Old",
                "## Hours / Shop / Shop > Hours",
            ]
        );
    }

    #[test]
    fn fences_and_tables_are_blocks() {
        let blocks: Vec<_> = sections(TEXT)
            .iter()
            .flat_map(|section| section.blocks.clone())
            .map(|block| TEXT[block].to_owned())
            .collect();
        let [code, table, open] =
            ["```sh\n# no heading\n```\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "~~~\n# open\n"];
        assert_eq!(blocks, [code, table, open]);
    }

    #[test]
    fn what_is_no_markdown_has_no_headings() {
        for (text, has) in [
            ("# A\n", true),
            ("a\n\n## B", true),
            ("a = 1\n# a comment\n", false),
            ("#!/bin/sh\n", false),
            ("\n    # indented\n", false),
            ("#hashtag\n", false),
            ("####### seven\n", false),
            ("", false),
        ] {
            assert_eq!(has_headings(text), has, "{text:?}");
        }
    }
}
