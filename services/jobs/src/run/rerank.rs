use proto::rerank::stage::Kind as StageKind;
use proto::rerank::{self as pb, Cohere, Keyword, KeywordBoost, PassThrough, RerankRequest};
use serde_json::{Value, json};

use crate::flow::{Rerank, Stage, View};
use crate::run::{Outcome, Peers, StepError, passage};
use crate::usage::Usage;

const HOP: &str = "rerank";
/// So many keywords one stage takes.
const KEYWORDS_LIMIT: usize = 200;

/// Puts the passages of an earlier step into a better order.
pub(super) async fn run(
    peers: &Peers,
    id: &str,
    rerank: &Rerank,
    view: View<'_>,
) -> Result<Outcome, StepError> {
    let mut left_out = Vec::new();
    let passages = passage::of_step(view, &rerank.from)?;
    let request = RerankRequest {
        query: query(rerank.query.eval(view)?)?,
        passages: passages.into_iter().map(Into::into).collect(),
        stages: stages(rerank, view, &mut left_out)?,
        keep: rerank.keep,
    };
    let answer = peers.rerank.clone().rerank(request).await;
    let answer = answer.map_err(|status| StepError::of(HOP, &status))?.into_inner();
    let value = json!({ "passages": passage::value(answer.passages) });
    let mut usage = Usage::default();
    usage.merge(id, answer.usage.unwrap_or_default().into());
    Ok(Outcome { usage, ..Outcome::of(value) }.degraded(answer.degraded).degraded(left_out))
}

fn query(value: Value) -> Result<String, StepError> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(StepError::invalid(
            "invalid_query",
            "`query` came out as something that is no text",
        )),
    }
}

fn stages(
    rerank: &Rerank,
    view: View<'_>,
    left_out: &mut Vec<String>,
) -> Result<Vec<pb::Stage>, StepError> {
    let mut stages = Vec::with_capacity(rerank.stages.len());
    for stage in &rerank.stages {
        let kind = match stage {
            Stage::PassThrough => StageKind::PassThrough(PassThrough {}),
            Stage::Cohere { top_n, model } => {
                StageKind::Cohere(Cohere { top_n: *top_n, model: model.clone() })
            }
            Stage::KeywordBoost { keywords, weight } => {
                let mut keywords = keywords_of(keywords.eval(view)?)?;
                if keywords.len() > KEYWORDS_LIMIT {
                    let count = keywords.len();
                    left_out.push(format!(
                        "keyword_boost: only the first {KEYWORDS_LIMIT} of {count} keywords counted"
                    ));
                    keywords.truncate(KEYWORDS_LIMIT);
                }
                StageKind::KeywordBoost(KeywordBoost { keywords, weight: *weight })
            }
        };
        stages.push(pb::Stage { kind: Some(kind) });
    }
    Ok(stages)
}

/// Keywords from a list, or with their own weights from a table; blank ones do not count.
fn keywords_of(value: Value) -> Result<Vec<Keyword>, StepError> {
    let keywords: Option<Vec<Keyword>> = match value {
        Value::Null => Some(Vec::new()),
        Value::String(term) => Some(vec![Keyword { term, weight: None }]),
        Value::Array(terms) => terms.into_iter().map(keyword).collect(),
        Value::Object(weights) => weights.into_iter().map(weighted).collect(),
        Value::Bool(_) | Value::Number(_) => None,
    };
    let mut keywords = keywords.ok_or_else(|| {
        let message = "`keywords` came out as neither a list of texts nor a table of weights";
        StepError::invalid("invalid_keywords", message)
    })?;
    keywords.retain(|keyword| !keyword.term.trim().is_empty());
    Ok(keywords)
}

fn keyword(term: Value) -> Option<Keyword> {
    let term = match term {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(Keyword { term, weight: None })
}

fn weighted((term, weight): (String, Value)) -> Option<Keyword> {
    Some(Keyword { term, weight: Some(weight.as_f64()?) })
}
