//! Okapi BM25 with the numbers and the small print of SQLite's FTS5, so that the stores rank alike.

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

    /// What one word adds to the score of a chunk of this length in which it occurs so often.
    pub(super) fn score(self, idf: f64, times: f64, length: f64) -> f64 {
        let average = self.words / self.chunks.max(1.0);
        let relative = if average > 0.0 { length / average } else { 1.0 };
        idf * (times * (K1 + 1.0)) / (times + K1 * (1.0 - B + B * relative))
    }
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
