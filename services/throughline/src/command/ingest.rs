//! Puts files into a collection.

mod files;
mod records;
mod rows;
mod tally;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream;
use proto::common::Metadata;
use proto::retrieval::put_documents_response::Result as Said;
use proto::retrieval::{PutDocumentRequest, PutDocumentsRequest, PutDocumentsResponse};
use retrieval::record::Mapping;

use crate::cli::Ingest;
use crate::client::Server;
use crate::command::ingest::files::File;
pub(crate) use crate::command::ingest::files::Format;
use crate::command::ingest::tally::Tally;
use crate::exit::Exit;
use crate::print;

/// A document to put, and the file and line that it was read from.
pub(crate) struct Record {
    place: String,
    id: String,
    title: String,
    text: String,
    metadata: Option<String>,
}

/// What could not be read or stored, and why.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Fault {
    place: String,
    message: String,
}

/// Which members or columns of records become what.
pub(crate) struct Columns {
    mapping: Mapping,
    /// The one that is the id, where it is named; else `id`.
    id: Option<String>,
    delimiter: Option<u8>,
}

/// What the reading of files and the reading of answers have in common.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<(Tally, VecDeque<String>)>>);

/// Reads the files, puts each document, and says what came of it; what cannot be read or stored is
/// told and the rest goes in.
pub(crate) async fn run(server: &Server, ingest: Ingest, as_json: bool) -> Result<(), Exit> {
    let shared = Shared::default();
    let columns = columns(&ingest)?;
    let (files, faults) = files::find(&ingest.paths, ingest.format)?;
    faults.into_iter().for_each(|fault| shared.with(|tally, _| tally.fail(fault)));
    let mut put_all = Ok(());
    if ingest.dry_run {
        let faults = |fault| shared.with(|tally, _| tally.fail(fault));
        let records = read(files, columns, faults);
        records.for_each(|record| shared.with(|tally, _| tally.see(record.text.len())));
    } else {
        put_all = put(server, &ingest.collection, files, columns, shared.clone()).await;
    }
    print::progress_done();
    if put_all.is_err() && shared.with(|tally, _| tally.all()) == 0 {
        return put_all;
    }
    let shown = shared.with(|tally, _| tally.show(&ingest.collection, ingest.dry_run, as_json));
    put_all.and(shown)
}

/// The records of files, read as they are asked for.
fn read(files: Vec<File>, columns: Columns, fail: impl Fn(Fault)) -> impl Iterator<Item = Record> {
    let records = files.into_iter().flat_map(move |file| records::read(file, &columns));
    records.filter_map(move |record| record.map_err(&fail).ok())
}

async fn put(
    server: &Server,
    collection: &str,
    files: Vec<File>,
    columns: Columns,
    shared: Shared,
) -> Result<(), Exit> {
    let (collection, reading) = (collection.to_owned(), shared.clone());
    let failing = shared.clone();
    let records = read(files, columns, move |fault| failing.with(|tally, _| tally.fail(fault)));
    let requests = records.map(move |record| {
        reading.with(|_, places| places.push_back(record.place.clone()));
        request(&collection, record)
    });
    let answers = server.retrieval().put_documents(stream::iter(requests)).await;
    let mut answers = answers?.into_inner();
    while let Some(answer) = answers.message().await? {
        shared.with(|tally, places| {
            let place = places.pop_front().unwrap_or_default();
            add(tally, place, answer);
            print::progress(format_args!("{} documents", tally.all()));
        });
    }
    Ok(())
}

fn request(collection: &str, record: Record) -> PutDocumentsRequest {
    let document = PutDocumentRequest {
        collection: collection.to_owned(),
        document_id: record.id,
        text: record.text,
        title: record.title,
        metadata: record.metadata.map(|json| Metadata { json }),
        ..PutDocumentRequest::default()
    };
    PutDocumentsRequest { document: Some(document) }
}

fn add(tally: &mut Tally, place: String, answer: PutDocumentsResponse) {
    let id = answer.document_id;
    match answer.result {
        Some(Said::Stored(put)) => tally.add(put.outcome()),
        Some(Said::Problem(problem)) => {
            let message = format!("document `{id}`: {} ({})", problem.message, problem.code);
            tally.fail(Fault { place, message });
        }
        None => tally.fail(Fault { place, message: format!("document `{id}`: no answer") }),
    }
}

fn columns(ingest: &Ingest) -> Result<Columns, Exit> {
    let delimiter =
        match ingest.delimiter {
            None => None,
            Some(mark) => Some(u8::try_from(mark).ok().filter(u8::is_ascii).ok_or_else(|| {
                Exit::Failed("--delimiter must be one ASCII character".to_owned())
            })?),
        };
    let (text, title) = (ingest.text.clone(), ingest.title.clone().unwrap_or_default());
    let mapping = Mapping { text, title, metadata: ingest.metadata.clone() };
    Ok(Columns { mapping, id: ingest.id.clone(), delimiter })
}

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut Tally, &mut VecDeque<String>) -> T) -> T {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (tally, places) = &mut *inner;
        work(tally, places)
    }
}
