//! Words as a `tsvector` holds them, and as its queries name them.

use std::collections::BTreeMap;
use std::fmt::Write;

use chassis::auth::Tenant;

/// The lexeme that every chunk of a collection has. No word holds a slash.
pub(super) fn scope(tenant: &Tenant, collection: &str) -> String {
    format!("{tenant}/{collection}")
}

/// What all chunks of a document have.
pub(super) struct Lexemes<'a> {
    pub(super) scope: &'a str,
    /// The title's words, separated by spaces.
    pub(super) title: &'a str,
}

impl Lexemes<'_> {
    /// A chunk's words with their places, those of the title marked, in the language of `tsvector`.
    pub(super) fn of(&self, words: &str) -> String {
        let title = self.title.split_ascii_whitespace();
        // A place is left free, so that no phrase goes on from the title into the text.
        let free = title.clone().count() + 2;
        let mut places: BTreeMap<&str, String> = BTreeMap::new();
        let mut add = |word, place: usize, mark: &str| {
            let at = places.entry(word).or_default();
            let comma = if at.is_empty() { ":" } else { "," };
            // Writing to a string cannot fail.
            let _ = write!(at, "{comma}{place}{mark}");
        };
        title.zip(1..).for_each(|(word, place)| add(word, place, "A"));
        words.split_ascii_whitespace().zip(free..).for_each(|(word, place)| add(word, place, ""));
        let mut text = quoted(self.scope);
        for (word, at) in places {
            let _ = write!(text, " {}{at}", quoted(word));
        }
        text
    }
}

/// A lexeme in the language of `tsvector` and `tsquery`.
pub(super) fn quoted(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_places_and_the_title_has_its_mark() {
        let lexemes = Lexemes { scope: "t/c", title: "big ledger" };
        let expected = "'t/c' 'a':6 'big':1A 'for':5 'ledger':2A,4,7";
        assert_eq!(lexemes.of("ledger for a ledger"), expected);
    }
}
