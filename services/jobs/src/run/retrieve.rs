use chassis::failure::{Kind, reason};
use proto::retrieval::condition::Test;
use proto::retrieval::{Condition, Filter, SearchRequest, SearchResponse};
use serde_json::{Value, json};

use crate::flow::{QUERIES_LIMIT, Retrieve, View};
use crate::run::{Outcome, Peers, StepError, passage};
use crate::usage::Usage;

const HOP: &str = "retrieval";
const MISSING: &str = "COLLECTION_NOT_FOUND";

/// The sample stands in, since there is nothing of the caller's own yet.
const SAMPLE: &str = "sample_corpus";
/// Nothing stands in, so there is nothing to cite.
const NOTHING: &str = "no_evidence";
const ABSENT: &str = "absent";

/// Searches the collection that the caller names, or else the flow's own, or else its sample.
pub(super) async fn run(
    peers: &Peers,
    id: &str,
    retrieve: &Retrieve,
    view: View<'_>,
) -> Result<Outcome, StepError> {
    let (request, left_out) = request(id, retrieve, view)?;
    let outcome = match (named(retrieve, view)?, &retrieve.default) {
        (Some(collection), _) => of_caller(peers, id, request, collection).await?,
        (None, Some(default)) => {
            of_flow(peers, id, request, default, retrieve.sample.as_deref()).await?
        }
        (None, None) => {
            let message = format!("step `{id}` was given no collection; name one in the input");
            return Err(StepError::invalid("no_collection", message));
        }
    };
    Ok(outcome.degraded(left_out))
}

async fn of_caller(
    peers: &Peers,
    id: &str,
    request: SearchRequest,
    collection: String,
) -> Result<Outcome, StepError> {
    match search(peers, request, &collection).await? {
        Some(answer) => Ok(found(id, answer, &collection, None)),
        None => Err(StepError {
            kind: Kind::NotFound,
            hop: HOP,
            ..StepError::invalid(
                "collection_not_found",
                format!(
                    "there is no collection {collection:?}; put a document into it or name another"
                ),
            )
        }),
    }
}

async fn of_flow(
    peers: &Peers,
    id: &str,
    request: SearchRequest,
    default: &str,
    sample: Option<&str>,
) -> Result<Outcome, StepError> {
    let own = search(peers, request.clone(), default).await?;
    if let Some(answer) = own.filter(|answer| answer.collection_documents > 0) {
        return Ok(found(id, answer, default, None));
    }
    if let Some(sample) = sample {
        let stand_in = search(peers, request, sample).await?;
        if let Some(answer) = stand_in.filter(|answer| answer.collection_documents > 0) {
            return Ok(found(id, answer, sample, Some(SAMPLE)));
        }
    }
    let value = json!({ "passages": [], "collection": default, "dense": ABSENT });
    Ok(Outcome::of(value).degraded([NOTHING.to_owned()]))
}

/// The answer, or none where there is no such collection.
async fn search(
    peers: &Peers,
    request: SearchRequest,
    collection: &str,
) -> Result<Option<SearchResponse>, StepError> {
    let request = SearchRequest { collection: collection.to_owned(), ..request };
    match peers.retrieval.clone().search(request).await {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if reason(&status).as_deref() == Some(MISSING) => Ok(None),
        Err(status) => Err(StepError::of(HOP, &status)),
    }
}

fn found(id: &str, answer: SearchResponse, collection: &str, stand_in: Option<&str>) -> Outcome {
    let mut usage = Usage::default();
    usage.merge(id, answer.usage.map(Usage::from).unwrap_or_default());
    let absent = (answer.dense == ABSENT).then(|| format!("dense: {ABSENT}"));
    let degraded = stand_in.map(str::to_owned).into_iter().chain(absent).chain(answer.degraded);
    let value = json!({
        "passages": passage::value(answer.passages),
        "collection": collection,
        "dense": answer.dense,
    });
    Outcome { usage, ..Outcome::of(value) }.degraded(degraded)
}

/// The request without its collection, and what was left out of it.
fn request(
    id: &str,
    retrieve: &Retrieve,
    view: View<'_>,
) -> Result<(SearchRequest, Option<String>), StepError> {
    let mut queries = Vec::new();
    texts(retrieve.queries.eval(view)?, &mut queries)?;
    queries.retain(|query| !query.trim().is_empty());
    if queries.is_empty() {
        let message =
            format!("every query of step `{id}` is blank; there is nothing to search for");
        return Err(StepError::invalid("blank_query", message));
    }
    let count = queries.len();
    queries.truncate(QUERIES_LIMIT);
    let left_out = (count > QUERIES_LIMIT)
        .then(|| format!("{id}: only the first {QUERIES_LIMIT} of {count} queries were searched"));
    let request = SearchRequest {
        query: queries.remove(0),
        more_queries: queries,
        limit: retrieve.limit,
        filter: filter(retrieve, view)?,
        explain: true,
        ..SearchRequest::default()
    };
    Ok((request, left_out))
}

/// The texts of a value, item by item.
fn texts(value: Value, into: &mut Vec<String>) -> Result<(), StepError> {
    match value {
        Value::Null => {}
        Value::String(text) => into.push(text),
        Value::Number(number) => into.push(number.to_string()),
        Value::Array(items) => items.into_iter().try_for_each(|item| texts(item, into))?,
        Value::Bool(_) | Value::Object(_) => {
            let message =
                "a query came out as something that is neither a text nor a list of texts";
            return Err(StepError::invalid("invalid_query", message));
        }
    }
    Ok(())
}

/// The collection that the caller names, where it names one.
fn named(retrieve: &Retrieve, view: View<'_>) -> Result<Option<String>, StepError> {
    let Some(collection) = &retrieve.collection else { return Ok(None) };
    match collection.eval_opt(view)? {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => Ok(Some(name).filter(|name| !name.trim().is_empty())),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            let message = "`collection` came out as something that is no text";
            Err(StepError::invalid("invalid_collection", message))
        }
    }
}

/// The conditions whose value is there; null counts as absent, as in inputs.
fn filter(retrieve: &Retrieve, view: View<'_>) -> Result<Option<Filter>, StepError> {
    let mut all = Vec::new();
    for (field, setting) in &retrieve.filter {
        let equals = match setting.eval_opt(view)? {
            None | Some(Value::Null) => continue,
            Some(Value::Bool(value)) => prost_types::value::Kind::BoolValue(value),
            Some(Value::Number(number)) => {
                prost_types::value::Kind::NumberValue(number.as_f64().unwrap_or_default())
            }
            Some(Value::String(text)) => prost_types::value::Kind::StringValue(text),
            Some(Value::Array(_) | Value::Object(_)) => {
                let message = format!("the filter `{field}` came out as a list or an object");
                return Err(StepError::invalid("invalid_filter", message));
            }
        };
        let test = Some(Test::Equals(prost_types::Value { kind: Some(equals) }));
        all.push(Condition { field: field.clone(), test });
    }
    Ok((!all.is_empty()).then_some(Filter { all }))
}
