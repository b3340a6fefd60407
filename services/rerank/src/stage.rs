//! The stages: a closed set, each a step of the ranking.

mod keyword_boost;
mod pass_through;

pub use crate::stage::keyword_boost::{Keyword, KeywordBoost};

use crate::{Error, Location, Ranking, Request};

/// One step of the ranking.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Leaves the order as it is.
    PassThrough,
    /// Lifts passages that contain keywords.
    KeywordBoost(KeywordBoost),
}

impl Stage {
    pub(crate) fn check(&self, at: &Location, max_keywords: usize) -> Result<(), Error> {
        match self {
            Self::PassThrough => Ok(()),
            Self::KeywordBoost(boost) => boost.check(&at.within(keyword_boost::NAME), max_keywords),
        }
    }

    pub(crate) async fn apply(&self, request: &Request<'_>, ranking: &mut Ranking) {
        match self {
            Self::PassThrough => pass_through::apply(ranking),
            Self::KeywordBoost(boost) => boost.apply(&request.passages, ranking).await,
        }
    }
}
