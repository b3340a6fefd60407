use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in one spelling: compatibility forms resolved, lower case, no accents on letters.
pub(super) fn fold(text: &str) -> impl Iterator<Item = char> + '_ {
    let lower = text.nfkd().filter(is_kept).flat_map(char::to_lowercase).filter(is_kept);
    // Composed again, so that a Korean syllable is one character.
    lower.nfc()
}

/// Whether a word may hold this character. Vowel signs of Indic scripts are marks, and belong to it.
pub(super) fn is_in_word(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character)
}

/// Accents are what people leave out when they type a query.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "a filter's signature")]
fn is_kept(character: &char) -> bool {
    !matches!(character, '\u{0300}'..='\u{036f}')
}
