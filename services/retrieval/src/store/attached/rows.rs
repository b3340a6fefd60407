//! Rows, read as documents of one chunk.

use crate::Error;
use crate::document::Document;
use crate::fuse::Key;
use crate::page::Span;
use crate::prepare;
use crate::store::attached::node::{MOST_TEXT, Node};
use crate::store::attached::session::{Session, rows};
use crate::store::attached::{failure, layout::Layout};
use crate::store::row::count as unsigned;
use crate::store::{Sample, StoredPassage};

/// Up to so many rows are counted; beyond, the database's estimate is told.
const COUNTED: i64 = 100_000;
/// In bytes: the metadata of a row that is larger is left out.
const MOST: i32 = 1 << 20;

/// An id, its metadata, none where that is too large, and its text, none where the metadata holds it.
type Row = (String, Option<String>, Option<String>);

/// What is read of a row; the most that its metadata may have is bound second.
fn columns(layout: &Layout) -> String {
    let body = match layout.has_body {
        true => format!("left(coalesce(body, ''), {MOST_TEXT})"),
        false => "null::text".to_owned(),
    };
    format!("id::text, case when octet_length(told) <= $2 then told end, {body}")
}

/// The metadata and the text of a row, and its vector.
type Sampled = (String, Option<String>, String);

/// How many rows there are, and whether that is an estimate.
pub(super) async fn count(session: &mut Session) -> Result<(u64, bool), Error> {
    let Layout { source, .. } = session.layout.as_ref();
    let sql = format!("select count(*) from (select from {source} limit $1) as row");
    let counted: Result<(i64,), _> =
        rows(sql).bind(COUNTED + 1).fetch_one(&mut **session.link()).await;
    let (counted,) = counted.map_err(|error| session.failed(&error))?;
    let is_estimated = counted > COUNTED;
    let told = if is_estimated { session.layout.estimate.max(counted) } else { counted };
    Ok((unsigned(told), is_estimated))
}

/// One row with its text; none where no row can have that id.
pub(super) async fn find(
    session: &mut Session,
    collection: &str,
    id: &str,
) -> Result<Option<Document>, Error> {
    let Layout { source, id_type, .. } = session.layout.as_ref();
    let sql = format!(
        "select {} from {source} where id = $1::text::{id_type} limit 1",
        columns(&session.layout)
    );
    let query = rows::<Row>(sql).bind(id).bind(MOST);
    match query.fetch_optional(&mut **session.link()).await {
        Ok(row) => Ok(row.map(|row| document(row, collection, true))),
        Err(error) if failure::is_unreadable(&error) => Ok(None),
        Err(error) => Err(session.failed(&error)),
    }
}

/// Rows without their texts, in the order of their ids.
pub(super) async fn list(
    session: &mut Session,
    collection: &str,
    span: &Span,
) -> Result<Vec<Document>, Error> {
    let Layout { source, id_type, .. } = session.layout.as_ref();
    let after = match span.after.is_empty() {
        true => "$3::text = ''".to_owned(),
        false => format!("id > $3::text::{id_type}"),
    };
    let sql = format!(
        "select {} from {source} where {after} order by source.id limit $1",
        columns(&session.layout)
    );
    let query = rows::<Row>(sql).bind(span.rows()).bind(MOST).bind(&span.after);
    match query.fetch_all(&mut **session.link()).await {
        Ok(found) => Ok(found.into_iter().map(|row| document(row, collection, false)).collect()),
        Err(error) if failure::is_unreadable(&error) => Err(Error::InvalidPageToken),
        Err(error) => Err(session.failed(&error)),
    }
}

/// What these rows hold, in any order.
pub(super) async fn passages(
    session: &mut Session,
    keys: &[Key],
) -> Result<Vec<StoredPassage>, Error> {
    let Layout { source, id_type, .. } = session.layout.as_ref();
    let sql = format!(
        "select {} from {source} where id = any($1::text[]::{id_type}[])",
        columns(&session.layout)
    );
    let ids: Vec<&str> = keys.iter().map(|key| key.document_id.as_str()).collect();
    let found = rows::<Row>(sql).bind(ids).bind(MOST).fetch_all(&mut **session.link()).await;
    let found = found.map_err(|error| session.failed(&error))?;
    Ok(found.into_iter().map(passage).collect())
}

/// A row that has a text and a vector.
pub(super) async fn sample(session: &mut Session) -> Result<Option<Sample>, Error> {
    let Layout { source, has_body, .. } = session.layout.as_ref();
    let (body, is_long) = match has_body {
        true => ("body", "octet_length(body) >= 20"),
        false => ("null::text", "octet_length(told) >= 20"),
    };
    let sql = format!(
        "select told, {body}, vec::text from {source}
         where {} and {is_long} and octet_length(told) <= $1 limit 1",
        session.layout.comparable()
    );
    let found = rows::<Sampled>(sql).bind(MOST).fetch_optional(&mut **session.link());
    let found = found.await.map_err(|error| session.failed(&error))?;
    Ok(found.and_then(|(metadata, body, vector)| {
        let text = Node::read(&metadata, body).text;
        let vector = serde_json::from_str(&vector).ok()?;
        (!text.trim().is_empty()).then_some(Sample { text, vector })
    }))
}

fn passage((document_id, metadata, body): Row) -> StoredPassage {
    let Node { text, title, metadata } = Node::read(&metadata.unwrap_or_default(), body);
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    StoredPassage { document_id, ordinal: 0, start: 0, end, text, title, metadata }
}

fn document((id, metadata, body): Row, collection: &str, with_text: bool) -> Document {
    let Node { mut text, title, metadata } = Node::read(&metadata.unwrap_or_default(), body);
    let content_hash = prepare::hash([&title, &text, &metadata]);
    if !with_text {
        text.clear();
    }
    Document {
        collection: collection.to_owned(),
        document_id: id,
        title,
        text,
        metadata,
        version: 1,
        content_hash,
        chunks: 1,
        created_at: None,
        updated_at: None,
    }
}
