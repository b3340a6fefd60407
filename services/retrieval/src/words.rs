//! What a word is, for documents and queries alike.
//!
//! Both stores are given words, never raw text, so that they agree on what a text says and no
//! store's own query language is reachable. A word is kept as its stem, by the language of its
//! text; a query, whose language is seldom known, asks for its stems in every language of the
//! collection.

mod fold;
mod language;
mod stem;
mod stop;

use std::collections::HashMap;

use crate::words::fold::fold;
pub(crate) use crate::words::language::Tongue;
use crate::words::stem::stem;

/// The most words of one query that are searched for.
pub(crate) const MOST_TERMS: usize = 64;

/// The most characters of a word that count; what is longer is no word, but still finds itself.
const LONGEST: usize = 64;

/// The words of a text, in their order, folded.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut run = Run::default();
    for character in fold(text) {
        if !run.takes(character) {
            run.end(&mut words);
        }
        if Script::of(character).is_some() || run.is_marked_by(character) {
            run.push(character);
        }
    }
    run.end(&mut words);
    words
}

/// The words that a query searches for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Each word once, in the order of the query; stop words only where there is nothing else.
    pub(crate) words: Vec<String>,
    /// How many further words the query has.
    pub(crate) ignored: usize,
}

/// The words to search for, at most [`MOST_TERMS`].
pub(crate) fn terms(query: &str) -> Terms {
    let mut all: Vec<String> = Vec::new();
    for word in split(query) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    if all.iter().any(|word| !stop::is_stop_word(word)) {
        all.retain(|word| !stop::is_stop_word(word));
    }
    let ignored = all.len().saturating_sub(MOST_TERMS);
    all.truncate(MOST_TERMS);
    Terms { words: all, ignored }
}

/// Makes the words of a document's texts into what is kept of them.
#[derive(Debug)]
pub(crate) struct Stems {
    tongue: Tongue,
    /// Few words make up a long text.
    known: HashMap<String, String>,
}

impl Stems {
    pub(crate) fn new(tongue: Tongue) -> Self {
        Self { tongue, known: HashMap::new() }
    }

    /// The words of a text as they are kept, in their order.
    pub(crate) fn of(&mut self, text: &str) -> Vec<String> {
        let tongue = self.tongue;
        let kept = |word: String| match self.known.get(&word) {
            Some(known) => known.clone(),
            None => {
                let stem = stem(&word, tongue);
                self.known.insert(word, stem.clone());
                stem
            }
        };
        split(text).into_iter().map(kept).collect()
    }
}

/// A word that is searched for: what it may be kept as, which counts as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) lexemes: Vec<String>,
}

/// What to look for in texts of these tongues: words that may be kept alike are one.
pub(crate) fn sought(words: &[String], tongues: &[Tongue]) -> Vec<Term> {
    let mut all: Vec<Term> = Vec::new();
    for word in words {
        let lexemes = tongues.iter().map(|tongue| stem(word, *tongue));
        let mut term = Term { lexemes: lexemes.collect() };
        let is_like = |one: &Term| term.lexemes.iter().any(|lexeme| one.lexemes.contains(lexeme));
        let (alike, others) = all.into_iter().partition::<Vec<_>, _>(is_like);
        term.lexemes.extend(alike.into_iter().flat_map(|one| one.lexemes));
        term.lexemes.sort();
        term.lexemes.dedup();
        all = others;
        all.push(term);
    }
    all
}

/// How a script is cut into words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    /// Between words there is something that belongs to none.
    Spaced,
    /// Words follow each other without a sign: every pair of neighbours counts as one.
    Unspaced,
}

impl Script {
    /// `None` for what belongs to no word.
    fn of(character: char) -> Option<Self> {
        let is_unspaced = matches!(character,
            '\u{0e00}'..='\u{0eff}' // Thai, Lao
            | '\u{1000}'..='\u{109f}' // Burmese
            | '\u{1780}'..='\u{17ff}' // Khmer
            | '\u{3040}'..='\u{30ff}' // kana
            | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'); // Han
        match (fold::is_in_word(character), is_unspaced) {
            (false, _) => None,
            (true, false) => Some(Self::Spaced),
            (true, true) => Some(Self::Unspaced),
        }
    }
}

/// Characters of one script without a break.
#[derive(Default)]
struct Run {
    script: Option<Script>,
    text: String,
    length: usize,
}

impl Run {
    /// Whether the character goes on with this run.
    fn takes(&self, character: char) -> bool {
        self.script.is_none()
            || self.is_marked_by(character)
            || Script::of(character) == self.script
    }

    /// `C++` and `C#` are words of their own.
    fn is_marked_by(&self, character: char) -> bool {
        self.script == Some(Script::Spaced) && matches!(character, '+' | '#')
    }

    fn push(&mut self, character: char) {
        if self.script.is_none() {
            self.script = Script::of(character);
        }
        self.length += 1;
        if self.length <= LONGEST || self.script == Some(Script::Unspaced) {
            self.text.push(character);
        }
    }

    fn end(&mut self, words: &mut Vec<String>) {
        let run = std::mem::take(self);
        match run.script {
            None => {}
            Some(Script::Spaced) => marked(&run.text, words),
            Some(Script::Unspaced) => pairs(&run.text, words),
        }
    }
}

/// A mark at the end is spelt out, for the stores would drop it; one in the middle divides.
fn marked(run: &str, words: &mut Vec<String>) {
    let stem = run.trim_end_matches(['+', '#']);
    words.extend(stem.split(['+', '#']).filter(|word| !word.is_empty()).map(str::to_owned));
    let marks = &run[stem.len()..];
    if marks.len() <= 2
        && let Some(last) = words.last_mut()
    {
        marks.chars().for_each(|mark| last.push_str(if mark == '+' { "plus" } else { "sharp" }));
    }
}

fn pairs(run: &str, words: &mut Vec<String>) {
    let characters: Vec<char> = run.chars().collect();
    match characters.len() {
        0 | 1 => words.push(run.to_owned()),
        _ => words.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> String {
        split(text).join(" ")
    }

    #[test]
    fn words_are_folded_and_cut_at_what_is_neither_letter_nor_digit() {
        assert_eq!(
            joined("What's NEW in Zürich? node.js—v18!"),
            "what s new in zurich node js v18"
        );
        assert_eq!(joined("ﬁnance ＡＢＣ ① İstanbul Straße"), "finance abc 1 istanbul straße");
        assert_eq!(joined(" \n\t…---\u{0}"), "");
    }

    #[test]
    fn languages_named_with_signs_are_words_of_their_own() {
        assert_eq!(
            joined("C++, C# or F#; a+b, x#y, 5+ wow+++"),
            "cplusplus csharp or fsharp a b x y 5plus wow"
        );
        assert_eq!(joined("+ # ++c"), "c");
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        assert_eq!(joined("東京都のAPI 水"), "東京 京都 都の api 水");
        assert_eq!(joined("한국어 हिन्दी"), "한국어 हिन्दी");
    }

    #[test]
    fn a_long_word_is_cut_and_still_finds_itself() {
        let long = "x".repeat(5000);
        assert_eq!(split(&long), [&long[..64]]);
    }

    #[test]
    fn stop_words_go_unless_nothing_is_left() {
        assert_eq!(terms("the ledger of the bank").words, ["ledger", "bank"]);
        assert_eq!(terms("to be or not to be").words, ["to", "be", "or", "not"]);
        assert_eq!(terms("  ").words, Vec::<String>::new());
    }

    #[test]
    fn terms_are_bounded_and_counted() {
        let query: Vec<String> = (0..70).map(|number| format!("w{number}")).collect();
        let found = terms(&query.join(" "));
        assert_eq!((found.words.len(), found.ignored), (64, 6));
    }

    proptest::proptest! {
        #[test]
        fn a_word_is_its_own_only_word_and_never_empty(text: String) {
            for word in split(&text) {
                proptest::prop_assert!(!word.is_empty());
                proptest::prop_assert!(!word.contains(['"', '\'', '\\', '\0', ' ']));
                proptest::prop_assert_eq!(split(&word), vec![word]);
            }
        }
    }
}
