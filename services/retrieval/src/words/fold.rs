use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in one spelling: compatibility forms resolved, lower case, no accents on letters.
pub(super) fn fold(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut before = ' ';
    let is_kept =
        move |character: &char| is_kept(std::mem::replace(&mut before, *character), *character);
    let lower = text.nfkd().flat_map(char::to_lowercase).filter(is_kept);
    // Composed again, so that a Korean syllable is one character.
    lower.nfc()
}

/// Whether a word may hold this character. Vowel signs of Indic scripts are marks, and belong to it.
pub(super) fn is_in_word(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character)
}

/// Accents are what people leave out when they type a query; nobody leaves out what makes й of и.
fn is_kept(before: char, character: char) -> bool {
    let is_accent = matches!(character, '\u{0300}'..='\u{036f}');
    !is_accent || (before == 'и' && character == '\u{0306}')
}
