//! Lifts passages that contain keywords.
//!
//! With `s` the score that a passage has so far, `m` the sum of the weights of the keywords that it
//! contains, and `w` the sum of the weights of all keywords:
//!
//! ```text
//! boosted = (s + m) / (1 + w)
//! ```
//!
//! Scores from 0 to 1 stay there, and two passages with the same keywords keep their order. A
//! keyword that is found adds `weight / (1 + w)`, and that is what its contribution says.

mod atom;
mod automaton;

use tokio::task::yield_now;

use crate::passage::Contribution;
use crate::stage::keyword_boost::automaton::Automaton;
use crate::{Error, Location, Passage, Ranking};

pub(super) const NAME: &str = "keyword_boost";

const DEFAULT_WEIGHT: f64 = 0.1;
const MAX_WEIGHT: f64 = 10.0;
/// In bytes. What is longer is a sentence that got into the list, and would be found nowhere.
const MAX_TERM: usize = 400;
/// In bytes: so much is searched before other tasks get their turn.
const TURN: usize = 256 * 1024;

/// Which keywords lift a passage, and by how much.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeywordBoost {
    /// The keywords; blank ones count for nothing, and of two equal ones the first counts.
    pub keywords: Vec<Keyword>,
    /// What a keyword adds that brings no weight of its own, 0.1 where it is absent.
    pub weight: Option<f64>,
}

/// A word or phrase that lifts a passage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keyword {
    /// The word or phrase.
    pub term: String,
    /// What it adds; the stage's weight where it is absent.
    pub weight: Option<f64>,
}

impl KeywordBoost {
    pub(super) fn check(&self, at: &Location, limit: usize) -> Result<(), Error> {
        let count = self.keywords.len();
        if count > limit {
            return Err(Error::TooManyKeywords { at: at.within("keywords"), count, limit });
        }
        let weights = self
            .keywords
            .iter()
            .enumerate()
            .map(|(i, keyword)| (at.within(&format!("keywords[{i}].weight")), keyword.weight));
        let is_wrong = |weight: f64| !(0.0..=MAX_WEIGHT).contains(&weight);
        let mut weights = weights.chain([(at.within("weight"), self.weight)]);
        match weights.find(|(_, weight)| weight.is_some_and(is_wrong)) {
            Some((at, _)) => Err(Error::InvalidWeight { at }),
            None => Ok(()),
        }
    }

    pub(super) async fn apply(&self, passages: &[Passage<'_>], ranking: &mut Ranking) {
        let search = Search::of(self);
        ranking.degraded.extend(search.complaint());
        let mut found = vec![Vec::new(); passages.len()];
        let mut searched = 0;
        for placed in &mut ranking.order {
            let passage = &passages[placed.index];
            let hits = search.find(passage);
            placed.score = search.boosted(placed.score, &hits);
            found[placed.index] = hits;
            searched += passage.title.len() + passage.text.len();
            if searched > TURN {
                searched = 0;
                yield_now().await;
            }
        }
        if search.total > 0.0 {
            // A stable sort: equal scores keep the order they came in.
            ranking.order.sort_by(|a, b| b.score.total_cmp(&a.score));
        }
        ranking.judge(NAME, |placed| search.contributions(&found[placed.index]));
    }
}

/// The keywords, ready to be looked for in any number of passages.
struct Search<'a> {
    automaton: Automaton,
    /// By the automaton's number of a keyword: its name and its weight.
    keywords: Vec<(&'a str, f64)>,
    total: f64,
    too_long: usize,
}

impl<'a> Search<'a> {
    fn of(boost: &'a KeywordBoost) -> Self {
        let usual = boost.weight.unwrap_or(DEFAULT_WEIGHT);
        let mut automaton = Automaton::default();
        let (mut keywords, mut too_long) = (Vec::new(), 0);
        for keyword in &boost.keywords {
            let term = keyword.term.trim();
            if term.len() > MAX_TERM {
                too_long += 1;
            } else if automaton.insert(term) {
                keywords.push((term, keyword.weight.unwrap_or(usual)));
            }
        }
        automaton.link();
        let total = keywords.iter().map(|(_, weight)| weight).sum();
        Self { automaton, keywords, total, too_long }
    }

    fn complaint(&self) -> Option<String> {
        let Self { too_long, .. } = self;
        let text = format!("{NAME}: left out keywords longer than {MAX_TERM} bytes: {too_long}");
        (*too_long > 0).then_some(text)
    }

    /// The numbers of the keywords that a passage contains, in the order of the keywords.
    fn find(&self, passage: &Passage<'_>) -> Vec<usize> {
        let mut seen = vec![false; self.keywords.len()];
        self.automaton.find(passage.title, &mut seen);
        self.automaton.find(passage.text, &mut seen);
        (0..seen.len()).filter(|number| seen[*number]).collect()
    }

    fn boosted(&self, score: f64, hits: &[usize]) -> f64 {
        let matched: f64 = hits.iter().map(|hit| self.keywords[*hit].1).sum();
        (score + matched) / (1.0 + self.total)
    }

    fn contributions(&self, hits: &[usize]) -> Vec<Contribution> {
        let hits = hits.iter().map(|hit| self.keywords[*hit]);
        let part = |(name, weight): (&str, f64)| Contribution {
            name: name.to_owned(),
            value: weight / (1.0 + self.total),
        };
        hits.map(part).collect()
    }
}
