//! Documents to store between the wire and us.

use chassis::failure::Problem;
use futures_util::{Stream, StreamExt};
use prost_types::value::Kind;
use prost_types::{Struct, Value as WireValue};
use proto::common as common_pb;
use proto::retrieval as pb;
use proto::retrieval::put_documents_response::Result as Said;
use serde_json::{Map, Number, Value};
use tonic::Status;

use crate::Error;
use crate::document::NewDocument;
use crate::grpc::status;
use crate::record::Mapping;
use crate::retriever::{Arriving, Told};

/// The most that lists and objects of a record may stand in one another.
const DEEPEST: usize = 64;

/// What is to be stored.
pub(super) fn new_document(request: pb::PutDocumentRequest) -> Result<NewDocument, Error> {
    let pb::PutDocumentRequest { collection, document_id, text, title, metadata, record, mapping } =
        request;
    let metadata = metadata.map(|metadata| metadata.json).unwrap_or_default();
    let document = NewDocument { collection, document_id, title, text, metadata };
    match record {
        Some(record) => of_record(document, record, mapping.unwrap_or_default()),
        None if mapping.is_some() => Err(refused("mapping", "needs a record")),
        None => Ok(document),
    }
}

fn of_record(
    document: NewDocument,
    record: Struct,
    mapping: pb::RecordMapping,
) -> Result<NewDocument, Error> {
    if !document.text.is_empty() || !document.title.is_empty() || !document.metadata.is_empty() {
        return Err(refused(
            "record",
            "must be without text, title and metadata, which are made of it",
        ));
    }
    let pb::RecordMapping { text, title, metadata } = mapping;
    let parts = Mapping { text, title, metadata }.apply(members(record, 0)?);
    let is_plain = parts.metadata.is_empty();
    let metadata = if is_plain { String::new() } else { Value::Object(parts.metadata).to_string() };
    Ok(NewDocument { text: parts.text, title: parts.title, metadata, ..document })
}

fn members(record: Struct, depth: usize) -> Result<Map<String, Value>, Error> {
    let members = record.fields.into_iter();
    members.map(|(name, member)| Ok((name, value(member, depth)?))).collect()
}

fn value(value: WireValue, depth: usize) -> Result<Value, Error> {
    if depth > DEEPEST {
        return Err(refused("record", "must not be nested deeper than 64 levels"));
    }
    Ok(match value.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::BoolValue(value)) => Value::Bool(value),
        Some(Kind::StringValue(text)) => Value::String(text),
        Some(Kind::NumberValue(value)) => Value::Number(number(value)?),
        Some(Kind::ListValue(list)) => {
            let items = list.values.into_iter().map(|item| self::value(item, depth + 1));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Some(Kind::StructValue(inner)) => Value::Object(members(inner, depth + 1)?),
    })
}

/// A number as people write it: a whole one without a point.
fn number(value: f64) -> Result<Number, Error> {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Ok(Number::from(value as i64));
    }
    Number::from_f64(value).ok_or_else(|| refused("record", "must hold finite numbers"))
}

fn refused(path: &str, rule: &str) -> Error {
    Error::InvalidText { path: path.to_owned(), rule: rule.to_owned() }
}

/// Documents as they arrive; one that cannot be read is told as such and ends nothing.
pub(super) fn arriving(
    requests: impl Stream<Item = Result<pb::PutDocumentsRequest, Status>> + Send + Unpin + 'static,
) -> impl Stream<Item = Result<Arriving, Status>> + Send + Unpin + 'static {
    requests.map(|request| {
        let document = request?.document.unwrap_or_default();
        Ok((document.document_id.clone(), new_document(document)))
    })
}

/// What became of a document.
pub(super) fn told((document_id, put): Told) -> pb::PutDocumentsResponse {
    let result = match put {
        Ok(put) => Said::Stored(put.into()),
        Err(error) => Said::Problem(problem(Problem::of(&status(error)))),
    };
    pb::PutDocumentsResponse { document_id, result: Some(result) }
}

fn problem(problem: Problem) -> common_pb::Problem {
    let violation = |violation: chassis::failure::Violation| common_pb::Violation {
        path: violation.path,
        message: violation.message,
    };
    let wait = problem.retry_after_ms.map(std::time::Duration::from_millis);
    common_pb::Problem {
        code: problem.code,
        message: problem.message,
        retryable: problem.retryable,
        hop: String::new(),
        retry_after: wait.and_then(|wait| wait.try_into().ok()),
        errors: problem.errors.into_iter().map(violation).collect(),
    }
}
