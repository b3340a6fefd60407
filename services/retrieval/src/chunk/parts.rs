use unicode_segmentation::UnicodeSegmentation;

/// Where a part of a sentence begins, and the part.
type Part<'t> = (usize, &'t str);

/// The words and gaps of a sentence; one that is too long by its letters, and a letter that is too
/// long by its characters.
pub(super) fn parts<'t>(
    sentence: &'t str,
    is_long: impl Fn(&str) -> bool + Copy + 't,
) -> impl Iterator<Item = Part<'t>> {
    sentence
        .split_word_bound_indices()
        .flat_map(move |word| divided(word, is_long, letters))
        .flat_map(move |letter| divided(letter, is_long, characters))
}

/// The part itself, or what it is divided into where it is too long.
fn divided<'t>(
    (start, part): Part<'t>,
    is_long: impl Fn(&str) -> bool,
    divide: fn(&'t str) -> Box<dyn Iterator<Item = Part<'t>> + 't>,
) -> Box<dyn Iterator<Item = Part<'t>> + 't> {
    match is_long(part) {
        true => Box::new(divide(part).map(move |(at, piece)| (start + at, piece))),
        false => Box::new(std::iter::once((start, part))),
    }
}

fn letters<'t>(word: &'t str) -> Box<dyn Iterator<Item = Part<'t>> + 't> {
    Box::new(word.grapheme_indices(true))
}

fn characters<'t>(letter: &'t str) -> Box<dyn Iterator<Item = Part<'t>> + 't> {
    let part = |(at, character): (usize, char)| (at, &letter[at..at + character.len_utf8()]);
    Box::new(letter.char_indices().map(part))
}
