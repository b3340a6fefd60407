use proto::common;
use proto::json::{Passage, Usage};
use proto::retrieval as pb;
use proto::retrieval::batch_search_result::Outcome;
use proto::retrieval::fusion::Method;

use crate::answer::{BatchFound, Found, Refused, SearchResult, Violation};
use crate::error::Error;
use crate::grpc::{Peers, RETRIEVAL};
use crate::request::{Fusion, Leg, Mode, Search};

impl Peers {
    /// The passages that best answer a query.
    pub(crate) async fn search(&self, search: Search) -> Result<Found, Error> {
        let mut client = self.retrieval.clone();
        let answer = self.call(RETRIEVAL, client.search(request(search))).await?;
        Ok(answer.into())
    }

    /// What becomes of several searches, and what embedding them consumed.
    pub(crate) async fn batch_search(&self, searches: Vec<Search>) -> Result<BatchFound, Error> {
        let mut client = self.retrieval.clone();
        let searches = searches.into_iter().map(request).collect();
        let asked = client.batch_search(pb::BatchSearchRequest { searches });
        let answer = self.call(RETRIEVAL, asked).await?;
        Ok(BatchFound {
            results: answer.results.into_iter().map(SearchResult::from).collect(),
            usage: answer.usage.as_ref().map(Usage::from),
        })
    }
}

impl From<pb::BatchSearchResult> for SearchResult {
    fn from(result: pb::BatchSearchResult) -> Self {
        match result.outcome {
            Some(Outcome::Found(found)) => Self { found: Some(found.into()), problem: None },
            Some(Outcome::Problem(problem)) => {
                Self { found: None, problem: Some(Refused::from(problem)) }
            }
            None => Self { found: None, problem: None },
        }
    }
}

impl From<common::Problem> for Refused {
    fn from(problem: common::Problem) -> Self {
        let common::Problem { code, message, retryable, errors, .. } = problem;
        let violation =
            |error: common::Violation| Violation { path: error.path, message: error.message };
        Self { code, message, retryable, errors: errors.into_iter().map(violation).collect() }
    }
}

impl From<pb::SearchResponse> for Found {
    fn from(answer: pb::SearchResponse) -> Self {
        Self {
            passages: answer.passages.iter().map(Passage::from).collect(),
            dense: answer.dense,
            collection_documents: answer.collection_documents,
            under_returned: Some(answer.under_returned).filter(|why| !why.is_empty()),
            degraded: answer.degraded,
            warnings: answer.warnings,
            explanation: answer.explanation,
            usage: answer.usage.as_ref().map(Usage::from),
        }
    }
}

fn request(search: Search) -> pb::SearchRequest {
    pb::SearchRequest {
        collection: search.collection.unwrap_or_default(),
        query: search.query.unwrap_or_default(),
        more_collections: search.more_collections,
        more_queries: search.more_queries,
        vector: search.vector,
        limit: search.limit.unwrap_or_default(),
        filter: search.filter.map(pb::Filter::from),
        mode: search.mode.map_or(pb::Mode::Unspecified, mode).into(),
        min_score: search.min_score.unwrap_or_default(),
        explain: search.explain.unwrap_or_default(),
        keyword: search.keyword.map(leg),
        dense: search.dense.map(leg),
        fusion: search.fusion.map(fusion),
        chunks_per_document: search.chunks_per_document.unwrap_or_default(),
        neighbours: search.neighbours.unwrap_or_default(),
    }
}

fn leg(Leg { weight, limit }: Leg) -> pb::LegOptions {
    pb::LegOptions { weight, limit: limit.unwrap_or_default() }
}

fn fusion(fusion: Fusion) -> pb::Fusion {
    let method = match fusion {
        Fusion::ReciprocalRank(rank) => {
            Method::ReciprocalRank(pb::ReciprocalRank { k: rank.k.unwrap_or_default() })
        }
        Fusion::WeightedSum(_) => Method::WeightedSum(pb::WeightedSum {}),
    };
    pb::Fusion { method: Some(method) }
}

fn mode(mode: Mode) -> pb::Mode {
    match mode {
        Mode::Hybrid => pb::Mode::Hybrid,
        Mode::Keyword => pb::Mode::Keyword,
        Mode::Dense => pb::Mode::Dense,
    }
}
