//! The form that a word is kept and looked for in.

use rust_stemmers::Stemmer;

use crate::words::fold::is_in_word;
use crate::words::language::{Language, Script, Tongue};

/// A word's stem, in a text of this tongue; itself where it has none.
///
/// Words come folded, on both sides: a stem has no accents that a query might leave out.
pub(super) fn stem(word: &str, tongue: Tongue) -> String {
    match language(word, tongue) {
        Some(language) if word.chars().all(char::is_alphabetic) => {
            let stem = Stemmer::create(language.algorithm).stem(word).into_owned();
            // What a stemmer makes of a word must be one, too.
            let is_word = !stem.is_empty() && stem.chars().all(is_in_word);
            if is_word { stem } else { word.to_owned() }
        }
        Some(_) | None => word.to_owned(),
    }
}

fn language(word: &str, tongue: Tongue) -> Option<Language> {
    let script = Script::of(word)?;
    match tongue {
        Tongue::Known(language) if language.script == script => Some(language),
        Tongue::Known(_) | Tongue::Unknown => Language::usual(script),
        Tongue::Foreign => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_stemmed_by_the_language_of_its_text_and_its_script() {
        let of = |code| Tongue::of_code(code).unwrap();
        for (word, code, expected) in [
            ("databases", "en", "databas"),
            ("databases", "auto", "databas"),
            ("databases", "none", "databases"),
            ("wohnungen", "de", "wohnung"),
            ("базах", "de", "баз"),
            ("новыми", "ru", "нов"),
            ("новый", "ru", "нов"),
            ("v18", "en", "v18"),
            ("東京", "en", "東京"),
        ] {
            assert_eq!(stem(word, of(code)), expected, "{word} in {code}");
        }
    }
}
