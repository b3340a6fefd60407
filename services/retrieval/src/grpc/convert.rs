//! Between the wire's types and ours. Open values from outside are input, and may be refused.

use chassis::clock::Time;
use chassis::failure::{Failure, Violation};
use prost_types::Timestamp;
use proto::common as common_pb;
use proto::retrieval as pb;
use proto::retrieval::batch_search_result::Outcome;
use proto::retrieval::fusion::Method;

use crate::Error;
use crate::collection::{Attachment, Collection};
use crate::document::{self, Document, Put};
use crate::embed::{Consumed, Embedding, Made, Purpose, Space};
use crate::grpc::{filter, settings};
use crate::search::{Batch, Found, Fusion, LegOptions, Mode, Passage, Score, Search};

/// What is searched for.
pub(super) fn search(request: pb::SearchRequest) -> Result<Search, Error> {
    let mode = mode(request.mode)?;
    let filter = request.filter.map(filter::filter).transpose()?.unwrap_or_default();
    Ok(Search {
        collection: request.collection,
        more_collections: request.more_collections,
        query: request.query,
        more_queries: request.more_queries,
        vector: request.vector,
        limit: request.limit,
        min_score: request.min_score,
        explain: request.explain,
        keyword: leg(request.keyword),
        dense: leg(request.dense),
        fusion: fusion(request.fusion),
        chunks_per_document: request.chunks_per_document,
        neighbours: request.neighbours,
        filter,
        mode,
    })
}

fn leg(options: Option<pb::LegOptions>) -> LegOptions {
    let pb::LegOptions { weight, limit } = options.unwrap_or_default();
    LegOptions { weight, limit }
}

fn fusion(fusion: Option<pb::Fusion>) -> Fusion {
    match fusion.and_then(|fusion| fusion.method) {
        Some(Method::ReciprocalRank(pb::ReciprocalRank { k })) => Fusion::ReciprocalRank { k },
        Some(Method::WeightedSum(pb::WeightedSum {})) => Fusion::WeightedSum,
        None => Fusion::default(),
    }
}

/// What became of several searches.
pub(super) fn batch(batch: Batch) -> pb::BatchSearchResponse {
    let outcome = |result| match result {
        Ok(found) => Outcome::Found(self::found(found)),
        Err(error) => Outcome::Problem(problem(&error)),
    };
    let results = batch.results.into_iter();
    let results = results.map(|result| pb::BatchSearchResult { outcome: Some(outcome(result)) });
    pb::BatchSearchResponse { results: results.collect(), usage: usage(batch.consumed) }
}

fn problem(error: &Error) -> common_pb::Problem {
    let violation = |violation: Violation| common_pb::Violation {
        path: violation.path,
        message: violation.message,
    };
    common_pb::Problem {
        code: error.reason().to_lowercase(),
        message: error.to_string(),
        retryable: error.kind().is_retryable(),
        hop: String::new(),
        retry_after: error.retry_after().and_then(|wait| wait.try_into().ok()),
        errors: error.violations().into_iter().map(violation).collect(),
    }
}

fn mode(number: i32) -> Result<Mode, Error> {
    match pb::Mode::try_from(number) {
        Ok(pb::Mode::Unspecified | pb::Mode::Hybrid) => Ok(Mode::Hybrid),
        Ok(pb::Mode::Keyword) => Ok(Mode::Keyword),
        Ok(pb::Mode::Dense) => Ok(Mode::Dense),
        Err(_) => Err(Error::UnknownMode),
    }
}

/// What was found.
pub(super) fn found(found: Found) -> pb::SearchResponse {
    let Found {
        passages,
        dense,
        collection_documents,
        under_returned,
        degraded,
        warnings,
        explanation,
        consumed,
    } = found;
    pb::SearchResponse {
        passages: passages.into_iter().map(passage).collect(),
        dense,
        collection_documents,
        under_returned,
        degraded,
        warnings,
        explanation,
        usage: usage(consumed),
    }
}

fn passage(passage: Passage) -> common_pb::Passage {
    common_pb::Passage {
        document_id: passage.document_id,
        chunk_id: passage.chunk_id,
        text: passage.text,
        title: passage.title,
        metadata: metadata(passage.metadata),
        score: passage.score,
        scores: passage.scores.into_iter().map(score).collect(),
        start: passage.start,
        end: passage.end,
        collection: passage.collection,
        before: passage.before,
        after: passage.after,
    }
}

fn score(score: Score) -> common_pb::Score {
    let Score { stage, value, rank, contributions } = score;
    let contributions = contributions.into_iter();
    let contributions =
        contributions.map(|(name, value)| common_pb::Contribution { name, value }).collect();
    common_pb::Score { stage, value, rank, contributions }
}

/// What vectors are to be made of.
pub(super) fn embedding(request: pb::EmbedRequest) -> Result<Embedding, Error> {
    let purpose = match pb::Purpose::try_from(request.purpose) {
        Ok(pb::Purpose::Unspecified | pb::Purpose::Passage) => Purpose::Passage,
        Ok(pb::Purpose::Query) => Purpose::Query,
        Err(_) => return Err(Error::UnknownPurpose),
    };
    let pb::EmbedRequest { texts, model, collection, dimensions, .. } = request;
    Ok(Embedding { texts, purpose, model, collection, dimensions })
}

/// The vectors that were made.
pub(super) fn made(made: Made) -> pb::EmbedResponse {
    let Made { vectors, space, consumed } = made;
    let embeddings = vectors.iter().map(|vector| pb::Embedding { values: vector.to_vec() });
    pb::EmbedResponse {
        embeddings: embeddings.collect(),
        embedding_space: Some(space.into()),
        usage: usage(consumed),
    }
}

impl From<Put> for pb::PutDocumentResponse {
    fn from(put: Put) -> Self {
        let outcome = match put.outcome {
            document::Outcome::Created => pb::PutOutcome::Created,
            document::Outcome::Updated => pb::PutOutcome::Updated,
            document::Outcome::Unchanged => pb::PutOutcome::Unchanged,
        };
        Self { document: Some(put.document.into()), outcome: outcome.into() }
    }
}

impl From<Document> for pb::Document {
    fn from(document: Document) -> Self {
        Self {
            collection: document.collection,
            document_id: document.document_id,
            title: document.title,
            text: document.text,
            metadata: metadata(document.metadata),
            version: document.version,
            content_hash: document.content_hash,
            chunks: document.chunks,
            created_at: document.created_at.map(timestamp),
            updated_at: document.updated_at.map(timestamp),
        }
    }
}

impl From<Collection> for pb::Collection {
    fn from(collection: Collection) -> Self {
        Self {
            collection: collection.collection,
            description: collection.description,
            embedding_space: collection.space.map(pb::EmbeddingSpace::from),
            documents: collection.documents,
            chunks: collection.chunks,
            text_bytes: collection.text_bytes,
            created_at: collection.created_at.map(timestamp),
            updated_at: collection.updated_at.map(timestamp),
            attachment: collection.attached.map(pb::Attachment::from),
            settings: settings::told(&collection.settings),
        }
    }
}

impl From<Space> for pb::EmbeddingSpace {
    fn from(space: Space) -> Self {
        Self { model: space.model, dimension: space.dimension, version: space.version }
    }
}

impl From<Attachment> for pb::Attachment {
    fn from(attachment: Attachment) -> Self {
        let Attachment { table, index, operator, is_estimated, problem } = attachment;
        Self { table, index, operator, is_estimated, problem }
    }
}

/// The sum of what the calls consumed; nothing where there was none.
fn usage(consumed: Vec<Consumed>) -> Option<common_pb::Usage> {
    let mut usage = common_pb::Usage { cost_usd: Some(0.0), ..common_pb::Usage::default() };
    for one in consumed {
        let Consumed { provider, model, tokens, estimated, cost_usd, duration } = one;
        usage.input_tokens = usage.input_tokens.saturating_add(tokens);
        usage.cost_usd = usage.cost_usd.zip(cost_usd).map(|(sum, cost)| sum + cost);
        usage.estimated |= estimated;
        usage.calls.push(common_pb::Call {
            provider: provider.to_owned(),
            model,
            duration: duration.try_into().ok(),
            input_tokens: tokens,
            cost_usd,
            estimated,
            ..common_pb::Call::default()
        });
    }
    (!usage.calls.is_empty()).then_some(usage)
}

fn metadata(json: String) -> Option<common_pb::Metadata> {
    (!json.is_empty()).then_some(common_pb::Metadata { json })
}

fn timestamp(time: Time) -> Timestamp {
    Timestamp::from(time.to_system())
}
