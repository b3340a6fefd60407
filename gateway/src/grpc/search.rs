use prost_types::value::Kind;
use proto::json::Passage;
use proto::retrieval as pb;

use crate::answer::Found;
use crate::error::Error;
use crate::grpc::{Peers, RETRIEVAL};
use crate::request::{Mode, Scalar, Search};

impl Peers {
    /// The passages that best answer a query.
    pub(crate) async fn search(&self, search: Search) -> Result<Found, Error> {
        let mut client = self.retrieval.clone();
        let answer = self.call(RETRIEVAL, client.search(request(search))).await?;
        Ok(Found {
            passages: answer.passages.iter().map(Passage::from).collect(),
            dense: answer.dense,
            collection_documents: answer.collection_documents,
            under_returned: Some(answer.under_returned).filter(|why| !why.is_empty()),
            degraded: answer.degraded,
            warnings: answer.warnings,
            explanation: answer.explanation,
        })
    }
}

fn request(search: Search) -> pb::SearchRequest {
    let all: Vec<_> = search.filter.unwrap_or_default().into_iter().map(condition).collect();
    pb::SearchRequest {
        collection: search.collection.unwrap_or_default(),
        query: search.query.unwrap_or_default(),
        more_queries: Vec::new(),
        limit: search.limit.unwrap_or_default(),
        filter: (!all.is_empty()).then_some(pb::Filter { all }),
        mode: search.mode.map_or(pb::Mode::Unspecified, mode).into(),
        min_score: search.min_score.unwrap_or_default(),
        explain: search.explain.unwrap_or_default(),
    }
}

fn condition((field, scalar): (String, Scalar)) -> pb::Condition {
    let kind = match scalar {
        Scalar::Null => Kind::NullValue(0),
        Scalar::Flag(flag) => Kind::BoolValue(flag),
        Scalar::Number(number) => Kind::NumberValue(number),
        Scalar::Text(text) => Kind::StringValue(text),
    };
    let value = prost_types::Value { kind: Some(kind) };
    pb::Condition { field, test: Some(pb::condition::Test::Equals(value)) }
}

fn mode(mode: Mode) -> pb::Mode {
    match mode {
        Mode::Hybrid => pb::Mode::Hybrid,
        Mode::Keyword => pb::Mode::Keyword,
        Mode::Dense => pb::Mode::Dense,
    }
}
