//! The wire's view of the reranker: convert, delegate, convert back.

use chassis::channel::MESSAGE_LIMIT;
use chassis::failure::Failure;
use proto::common as pb;
use proto::rerank::rerank_service_server::{RerankService, RerankServiceServer};
use proto::rerank::{self as rpc, stage};
use tonic::{Request, Response, Status};

use crate::{
    Call, Cohere, Contribution, Error, Judgement, Keyword, KeywordBoost, Location, Passage, Placed,
    Ranking, Reranker, Stage,
};

/// Serves a reranker over gRPC.
pub fn server(reranker: Reranker) -> RerankServiceServer<impl RerankService> {
    RerankServiceServer::new(Handler(reranker))
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT)
}

struct Handler(Reranker);

#[tonic::async_trait]
impl RerankService for Handler {
    async fn rerank(
        &self,
        request: Request<rpc::RerankRequest>,
    ) -> Result<Response<rpc::RerankResponse>, Status> {
        let rpc::RerankRequest { query, passages, stages, keep } = request.into_inner();
        let ranking = async {
            let request = crate::Request {
                query: &query,
                passages: passages.iter().map(passage).collect(),
                stages: stages.into_iter().enumerate().map(stage).collect::<Result<_, _>>()?,
                keep: usize::try_from(keep).map_err(|_| Error::InvalidKeep)?,
            };
            self.0.rerank(&request).await
        };
        let Ranking { order, degraded, calls } =
            ranking.await.map_err(|error| error.to_status())?;
        let passages = arrange(passages, order);
        let usage = (!calls.is_empty()).then(|| usage(calls));
        Ok(Response::new(rpc::RerankResponse { passages, degraded, usage }))
    }
}

fn passage(passage: &pb::Passage) -> Passage<'_> {
    let pb::Passage { title, text, score, scores, .. } = passage;
    Passage { title, text, score: *score, is_judged: !scores.is_empty() }
}

fn stage((index, stage): (usize, rpc::Stage)) -> Result<Stage, Error> {
    match stage.kind {
        Some(stage::Kind::PassThrough(rpc::PassThrough {})) => Ok(Stage::PassThrough),
        Some(stage::Kind::KeywordBoost(rpc::KeywordBoost { keywords, weight })) => {
            let keywords =
                keywords.into_iter().map(|rpc::Keyword { term, weight }| Keyword { term, weight });
            Ok(Stage::KeywordBoost(KeywordBoost { keywords: keywords.collect(), weight }))
        }
        Some(stage::Kind::Cohere(rpc::Cohere { top_n, model })) => {
            let at = || Location::item("stages", index).within("cohere.top_n");
            let top_n = top_n.map(usize::try_from).transpose();
            let top_n = top_n.map_err(|_| Error::InvalidTopN { at: at() })?;
            let model = model.filter(|model| !model.trim().is_empty());
            Ok(Stage::Cohere(Cohere { top_n, model }))
        }
        None => Err(Error::UnknownStage { at: Location::item("stages", index) }),
    }
}

/// The passages as they came, in their new order, with what was said of them.
fn arrange(passages: Vec<pb::Passage>, order: Vec<Placed>) -> Vec<pb::Passage> {
    let mut passages: Vec<_> = passages.into_iter().map(Some).collect();
    let placed = order.into_iter().filter_map(|Placed { index, score, judgements }| {
        let mut passage = passages.get_mut(index)?.take()?;
        passage.score = score;
        passage.scores.extend(judgements.into_iter().map(pb::Score::from));
        Some(passage)
    });
    placed.collect()
}

/// The sum of some calls; a sum of prices of which one is unknown is unknown.
fn usage(calls: Vec<Call>) -> pb::Usage {
    pb::Usage {
        search_units: calls.iter().map(|call| call.search_units).sum(),
        cost_usd: calls.iter().map(|call| call.cost_usd).sum(),
        calls: calls.into_iter().map(pb::Call::from).collect(),
        ..pb::Usage::default()
    }
}

impl From<Call> for pb::Call {
    fn from(call: Call) -> Self {
        Self {
            provider: call.provider.to_owned(),
            model: call.model,
            duration: prost_types::Duration::try_from(call.duration).ok(),
            search_units: call.search_units,
            cost_usd: call.cost_usd,
            request_id: call.request_id,
            ..Self::default()
        }
    }
}

impl From<Judgement> for pb::Score {
    fn from(judgement: Judgement) -> Self {
        let Judgement { stage, value, rank, contributions } = judgement;
        let contributions = contributions.into_iter().map(pb::Contribution::from).collect();
        Self { stage: stage.to_owned(), value, rank, contributions }
    }
}

impl From<Contribution> for pb::Contribution {
    fn from(Contribution { name, value }: Contribution) -> Self {
        Self { name, value }
    }
}
