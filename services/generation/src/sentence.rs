//! Cuts a text into sentences, each a piece of the text as it stands there.

use std::ops::Range;

/// Written before a full stop that ends no sentence.
const ABBREVIATIONS: [&str; 16] = [
    "approx", "bzw", "ca", "cf", "dr", "etc", "fig", "inc", "ltd", "mr", "mrs", "ms", "no", "nr",
    "st", "vs",
];

/// Where the sentences of a text are, without the blanks around them; headings and list items are sentences, too.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = match c {
            '\n' if is_break(&text[start..at], &text[at + 1..]) => at,
            '.' | '!' | '?' | '…' => {
                while let Some((_, closing)) = chars.peek()
                    && matches!(closing, '.' | '!' | '?' | '"' | '\'' | ')' | '”' | '’' | '»' | '“')
                {
                    chars.next();
                }
                let end = chars.peek().map_or(text.len(), |(next, _)| *next);
                if !is_end(&text[start..at], &text[end..]) {
                    continue;
                }
                end
            }
            '。' | '！' | '？' => at + c.len_utf8(),
            _ => continue,
        };
        push(text, start..end, &mut found);
        start = end;
    }
    push(text, start..text.len(), &mut found);
    found
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = start + piece.trim().len();
    if text[start..end].contains(char::is_alphanumeric) {
        found.push(start..end);
    }
}

/// Whether a sentence ends at a line's end: before a blank line, a list item or a heading, and behind a heading.
fn is_break(before: &str, after: &str) -> bool {
    let line = after.lines().next().unwrap_or_default().trim_start();
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = number.len() < line.len() && number.starts_with([')', '.']);
    let is_item = ["- ", "* ", "• ", "#", "|"].iter().any(|mark| line.starts_with(mark));
    let is_heading = before.trim_start().starts_with('#');
    line.is_empty() || is_item || is_numbered || is_heading
}

/// Whether a stop between these two ends a sentence.
fn is_end(before: &str, after: &str) -> bool {
    if after.is_empty() {
        return true;
    }
    if !after.starts_with(char::is_whitespace) {
        return false;
    }
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let is_short = ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    let goes_on = after.trim_start().starts_with(char::is_lowercase);
    !goes_on && !is_initial && !is_short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn stops_end_sentences_and_abbreviations_do_not() {
        let text = "It took 2.5 s, e.g. for Dr. Ada. \"Why?\" Nobody knew! approx. 5 ms";
        let wanted = ["It took 2.5 s, e.g. for Dr. Ada.", "\"Why?\"", "Nobody knew! approx. 5 ms"];
        assert_eq!(cut(text), wanted);
    }

    #[test]
    fn wrapped_lines_are_one_sentence_and_items_are_several() {
        let text = "# Result\nOne line\nand the next.\n\n- first item\n- second item\n1. third";
        assert_eq!(
            cut(text),
            ["# Result", "One line\nand the next.", "- first item", "- second item", "1. third"]
        );
    }

    #[test]
    fn other_scripts_have_stops_of_their_own() {
        assert_eq!(cut("東京です。次の文。"), ["東京です。", "次の文。"]);
    }

    #[test]
    fn what_has_no_words_is_no_sentence() {
        assert_eq!(cut(" ... \n\n ?! "), Vec::<&str>::new());
    }
}
