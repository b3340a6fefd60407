//! A text in pieces that keywords are compared by, so that only whole words match.
//!
//! A run of letters and digits is one piece, a run of white space is one, and every other character
//! is one that remembers whether a letter or digit stands right before or behind it. A keyword
//! whose ends are free of letters and digits has, cut by itself, the same pieces as in any text
//! where it stands so: `.net` is found in `use .NET!`, neither in `asp.net` nor in `.network`.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The composed form of a text, in which the same letter is always written the same way.
pub(super) fn compose(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Cuts a composed text.
pub(super) struct Atoms<'a> {
    rest: Peekable<Chars<'a>>,
    is_after_word: bool,
}

impl<'a> Atoms<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text.chars().peekable(), is_after_word: false }
    }

    /// Writes the next piece over `atom`, in the one spelling that all cases of it share.
    pub(super) fn next_into(&mut self, atom: &mut String) -> bool {
        atom.clear();
        let Some(first) = self.rest.next() else { return false };
        let is_after_word = std::mem::replace(&mut self.is_after_word, is_word(first));
        if is_word(first) {
            fold(first, atom);
            while let Some(next) = self.rest.next_if(|next| is_word(*next)) {
                fold(next, atom);
            }
        } else if first.is_whitespace() {
            atom.push(' ');
            while self.rest.next_if(|next| next.is_whitespace()).is_some() {}
        } else {
            fold(first, atom);
            if !is_unspaced(first) {
                let is_before_word = self.rest.peek().is_some_and(|next| is_word(*next));
                atom.push(if is_after_word { '<' } else { '|' });
                atom.push(if is_before_word { '>' } else { '|' });
            }
        }
        true
    }
}

fn is_word(c: char) -> bool {
    let is_part = c.is_alphanumeric() || (!c.is_ascii() && is_combining_mark(c));
    is_part && !is_unspaced(c)
}

/// Whether a character belongs to a script that puts no spaces between words; a word may begin and
/// end at any of those.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}'     // Thai, Lao
        | '\u{1000}'..='\u{109f}'   // Burmese
        | '\u{1780}'..='\u{17ff}'   // Khmer
        | '\u{3040}'..='\u{30ff}'   // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}'   // Han
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Upper case first: it makes `ß` and `SS`, `ς` and `σ` the same.
fn fold(c: char, into: &mut String) {
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
    } else {
        into.extend(c.to_uppercase().flat_map(char::to_lowercase));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let (text, mut atom) = (compose(text), String::new());
        let mut atoms = Atoms::of(&text);
        std::iter::from_fn(|| atoms.next_into(&mut atom).then(|| atom.clone())).collect()
    }

    #[test]
    fn words_spaces_and_marks_are_pieces() {
        assert_eq!(
            cut("Node.js, or \n C++"),
            ["node", ".<>", "js", ",<|", " ", "or", " ", "c", "+<|", "+||"]
        );
    }

    #[test]
    fn all_spellings_of_a_word_are_one() {
        assert_eq!(cut("STRASSE"), cut("straße"));
        assert_eq!(cut("ΟΔΟΣ"), cut("οδος"));
        assert_eq!(cut("cafe\u{301}"), cut("Café"));
        assert_ne!(cut("cafe\u{301}"), cut("cafe"));
    }

    #[test]
    fn scripts_without_spaces_are_cut_everywhere() {
        assert_eq!(cut("東京Tower"), ["東", "京", "tower"]);
    }
}
