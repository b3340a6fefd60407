//! The stages: a closed set, each a step of the ranking.

mod cohere;
mod keyword_boost;
mod pass_through;

pub use crate::stage::cohere::Cohere;
pub use crate::stage::keyword_boost::{Keyword, KeywordBoost};

use crate::cohere::CohereClient;
use crate::{Error, Location, Ranking, Request};

/// One step of the ranking.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Leaves the order as it is.
    PassThrough,
    /// Lifts passages that contain keywords.
    KeywordBoost(KeywordBoost),
    /// Asks a Cohere model.
    Cohere(Cohere),
}

impl Stage {
    pub(crate) fn check(&self, at: &Location, max_keywords: usize) -> Result<(), Error> {
        match self {
            Self::PassThrough => Ok(()),
            Self::KeywordBoost(boost) => boost.check(&at.within(keyword_boost::NAME), max_keywords),
            Self::Cohere(cohere) => cohere.check(&at.within(cohere::NAME)),
        }
    }

    pub(crate) async fn apply(
        &self,
        request: &Request<'_>,
        client: Option<&CohereClient>,
        ranking: &mut Ranking,
    ) {
        match self {
            Self::PassThrough => pass_through::apply(ranking),
            Self::KeywordBoost(boost) => boost.apply(&request.passages, ranking).await,
            Self::Cohere(cohere) => cohere.apply(request, client, ranking).await,
        }
    }
}
