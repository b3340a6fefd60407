use std::ops::Range;

/// Markers are numbers of passages, of which there are at most 200; `[2024]` is a year.
const DIGITS: usize = 3;

/// A place in a text that cites passages, such as `[2]` or `[1, 3]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// Where it stands, in bytes.
    pub(super) range: Range<usize>,
    /// The passages that it names, from 1.
    pub(super) numbers: Vec<usize>,
}

/// The marker that cites a passage.
pub(super) fn marker(number: usize) -> String {
    format!("[{number}]")
}

/// The number in a marker that cites one passage.
pub(super) fn number(marker: &str) -> Option<usize> {
    match find(marker).as_slice() {
        [only] if only.numbers.len() == 1 && only.range == (0..marker.len()) => {
            only.numbers.first().copied()
        }
        _ => None,
    }
}

/// The markers of a text, in their order. What looks like a link, `[1](...)`, is none.
pub(super) fn find(text: &str) -> Vec<Marker> {
    text.match_indices('[').filter_map(|(open, _)| at(text, open)).collect()
}

/// The marker that begins here. It is looked for no further than numbers go.
fn at(text: &str, open: usize) -> Option<Marker> {
    let inside = &text[open + 1..];
    let length = inside.find(|c: char| !c.is_ascii_digit() && c != ',' && c != ' ')?;
    let after = inside[length..].strip_prefix(']')?;
    let numbers: Option<Vec<usize>> = inside[..length].split(',').map(part).collect();
    let numbers = numbers.filter(|_| !after.starts_with('('))?;
    Some(Marker { range: open..open + length + 2, numbers })
}

fn part(text: &str) -> Option<usize> {
    let digits = text.trim();
    digits.parse().ok().filter(|_| digits.len() <= DIGITS)
}

/// The text with only those markers that hold, and tidy blanks where one went.
pub(super) fn keep(text: &str, holds: impl Fn(usize) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for marker in find(text) {
        kept.push_str(&text[at..marker.range.start]);
        at = marker.range.end;
        let holding: Vec<String> =
            marker.numbers.iter().filter(|n| holds(**n)).map(usize::to_string).collect();
        if holding.len() == marker.numbers.len() {
            kept.push_str(&text[marker.range]);
        } else if !holding.is_empty() {
            kept.push_str(&format!("[{}]", holding.join(", ")));
        } else {
            at += tidy(&mut kept, &text[at..]);
        }
    }
    kept.push_str(&text[at..]);
    kept
}

/// Closes the gap that a marker leaves; returns how much of the rest goes with it.
fn tidy(before: &mut String, after: &str) -> usize {
    let ends = after.chars().next().is_none_or(|c| c.is_whitespace() || ".,;:!?)".contains(c));
    if before.ends_with(' ') && ends {
        before.truncate(before.trim_end_matches(' ').len());
        return 0;
    }
    let begins_line = before.is_empty() || before.ends_with('\n');
    if begins_line { after.len() - after.trim_start_matches(' ').len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_cites_and_nothing_else() {
        let cases: [(&str, &[&[usize]]); 12] = [
            ("", &[]),
            ("plain", &[]),
            ("a [1].", &[&[1]]),
            ("a [1][12] b [3]", &[&[1], &[12], &[3]]),
            ("a [1, 3]", &[&[1, 3]]),
            ("a [1,2 , 3]", &[&[1, 2, 3]]),
            ("in [2024]", &[]),
            ("a [1](http://x) b", &[]),
            ("a [] [a] [1a] [-1]", &[]),
            ("open [1", &[]),
            ("[[2]]", &[&[2]]),
            ("näher [0] – ü[4]", &[&[0], &[4]]),
        ];
        for (text, expected) in cases {
            let found: Vec<Vec<usize>> =
                find(text).into_iter().map(|marker| marker.numbers).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn removes_markers_tidily() {
        let cases = [
            ("We did it [9].", "We did it."),
            ("We did it [9] and more.", "We did it and more."),
            ("We did it[9].", "We did it."),
            ("We did it [1][9].", "We did it [1]."),
            ("We did it [9][1].", "We did it [1]."),
            ("We did it [1, 9].", "We did it [1]."),
            ("[9] We did it.", "We did it."),
            ("One.\n[9] Two.", "One.\nTwo."),
            ("One [9]\nTwo", "One\nTwo"),
            ("One [9]", "One"),
            ("(see [9])", "(see)"),
            ("keep  two  blanks [1]", "keep  two  blanks [1]"),
            ("- [9] item", "- item"),
        ];
        for (text, expected) in cases {
            assert_eq!(keep(text, |number| number == 1), expected, "{text}");
        }
    }

    #[test]
    fn reads_the_number_of_one_marker() {
        let cases = [("[7]", Some(7)), ("[1, 2]", None), ("7", None), (" [7]", None), ("", None)];
        for (marker, expected) in cases {
            assert_eq!(number(marker), expected, "{marker}");
        }
    }
}
