//! Okapi BM25 with the small print of SQLite's FTS5: the one ranking by words, on every store.

use std::collections::HashMap;

use crate::words::Term;

const K1: f64 = 1.2;
const B: f64 = 0.75;
/// What a word counts for that more than half of the chunks have: next to nothing, but not less.
const LEAST: f64 = 1e-6;

/// A collection's numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statistics {
    /// How many chunks it has.
    pub(super) chunks: f64,
    /// How many words they have together.
    pub(super) words: f64,
}

impl Statistics {
    /// How much a word says that so many chunks have.
    pub(super) fn idf(self, chunks: f64) -> f64 {
        let idf = ((self.chunks - chunks + 0.5) / (chunks + 0.5)).ln();
        if idf > 0.0 { idf } else { LEAST }
    }

    /// What a statement needs for the score of a chunk of some length in which a word of some
    /// weight occurs so often: `weight * times / (times + base + slope * length)`.
    pub(super) fn formula(self, terms: Vec<Term>, chunks: &HashMap<String, f64>) -> Formula {
        let mut lexemes = Vec::new();
        for (number, term) in terms.into_iter().enumerate() {
            let count = |lexeme: &String| chunks.get(lexeme).copied().unwrap_or(0.0);
            let having: f64 = term.lexemes.iter().map(count).sum();
            let weight = self.idf(having.min(self.chunks)) * (K1 + 1.0);
            let known = term.lexemes.into_iter().filter(|lexeme| count(lexeme) > 0.0);
            lexemes.extend(known.map(|lexeme| Sought { lexeme, number, weight, chunks: having }));
        }
        let average = self.words / self.chunks.max(1.0);
        let slope = if average > 0.0 { K1 * B / average } else { 0.0 };
        Formula { lexemes, base: K1 * (1.0 - B), slope }
    }

    /// What one word adds to the score of a chunk of this length in which it occurs so often.
    pub(super) fn score(self, idf: f64, times: f64, length: f64) -> f64 {
        let average = self.words / self.chunks.max(1.0);
        let relative = if average > 0.0 { length / average } else { 1.0 };
        idf * (times * (K1 + 1.0)) / (times + K1 * (1.0 - B + B * relative))
    }
}

/// A ranking of chunks by the words that they have.
#[derive(Clone, Debug)]
pub(super) struct Formula {
    /// Those that are there at all.
    pub(super) lexemes: Vec<Sought>,
    pub(super) base: f64,
    pub(super) slope: f64,
}

/// A lexeme to look for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sought {
    pub(super) lexeme: String,
    /// The word of the query that it is a form of; those of one word are counted together.
    pub(super) number: usize,
    /// The most that the word can add to a score.
    pub(super) weight: f64,
    /// How many chunks have the word in any form.
    pub(super) chunks: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: Statistics = Statistics { chunks: 100.0, words: 1000.0 };

    #[test]
    fn a_rare_word_says_more_and_a_common_one_almost_nothing() {
        assert!(SOME.idf(1.0) > SOME.idf(10.0));
        assert_eq!(SOME.idf(60.0), LEAST);
        assert_eq!(SOME.idf(100.0), LEAST);
    }

    #[test]
    fn a_word_says_more_in_a_short_chunk_and_less_each_time() {
        assert!(SOME.score(1.0, 1.0, 5.0) > SOME.score(1.0, 1.0, 20.0));
        let times = |times| SOME.score(1.0, times, 10.0);
        assert!(times(2.0) > times(1.0) && times(2.0) < 2.0 * times(1.0));
        assert!((times(1.0) - 1.0).abs() < 1e-9);
    }
}
