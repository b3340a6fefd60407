//! Puts files into a collection.

mod files;
mod records;

use proto::common::Metadata;
use proto::retrieval::{PutDocumentRequest, PutOutcome};

use crate::cli::Ingest;
use crate::client::Server;
use crate::exit::Exit;
use crate::print;

/// A document to put, read from a file.
pub(crate) struct Record {
    id: String,
    title: String,
    text: String,
    metadata: Option<String>,
}

#[derive(Default)]
struct Count {
    created: usize,
    updated: usize,
    unchanged: usize,
}

/// Reads the files, puts each document, and says what came of it.
pub(crate) async fn run(server: &Server, ingest: Ingest, as_json: bool) -> Result<(), Exit> {
    let files = files::find(&ingest.paths)?;
    let mut count = Count::default();
    for (place, file) in files.iter().enumerate() {
        print::progress(format_args!("{}/{}  {}", place + 1, files.len(), file.path.display()));
        for record in records::read(file)? {
            let id = record.id.clone();
            let outcome = put(server, &ingest.collection, record).await;
            let outcome =
                outcome.map_err(|exit| about(exit, &file.path.display().to_string(), &id))?;
            count.add(outcome);
        }
    }
    print::progress_done();
    count.show(&ingest.collection, as_json);
    Ok(())
}

async fn put(server: &Server, collection: &str, record: Record) -> Result<PutOutcome, Exit> {
    let request = PutDocumentRequest {
        collection: collection.to_owned(),
        document_id: record.id,
        text: record.text,
        title: record.title,
        metadata: record.metadata.map(|json| Metadata { json }),
        ..PutDocumentRequest::default()
    };
    Ok(server.retrieval().put_document(request).await?.into_inner().outcome())
}

fn about(exit: Exit, file: &str, id: &str) -> Exit {
    match exit {
        Exit::Failed(text) => Exit::Failed(format!("{file}: document `{id}`: {text}")),
        Exit::Configuration(_) | Exit::Unavailable(_) => exit,
    }
}

impl Count {
    fn add(&mut self, outcome: PutOutcome) {
        match outcome {
            PutOutcome::Created => self.created += 1,
            PutOutcome::Updated => self.updated += 1,
            PutOutcome::Unchanged | PutOutcome::Unspecified => self.unchanged += 1,
        }
    }

    fn show(&self, collection: &str, as_json: bool) {
        let Self { created, updated, unchanged } = self;
        if as_json {
            print::json(&serde_json::json!({
                "collection": collection,
                "created": created, "updated": updated, "unchanged": unchanged,
            }));
            return;
        }
        print::line(format_args!(
            "{collection}: {created} created, {updated} updated, {unchanged} unchanged"
        ));
    }
}
