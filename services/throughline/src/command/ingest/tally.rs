use proto::retrieval::PutOutcome;

use crate::command::ingest::Fault;
use crate::exit::Exit;
use crate::print::{self, Style, styled};

/// What came of the documents so far.
#[derive(Default)]
pub(crate) struct Tally {
    created: usize,
    updated: usize,
    unchanged: usize,
    /// Documents of a dry run, and the bytes of their texts.
    seen: usize,
    bytes: usize,
    faults: Vec<Fault>,
}

impl Tally {
    pub(super) fn add(&mut self, outcome: PutOutcome) {
        match outcome {
            PutOutcome::Created => self.created += 1,
            PutOutcome::Updated => self.updated += 1,
            PutOutcome::Unchanged | PutOutcome::Unspecified => self.unchanged += 1,
        }
    }

    pub(super) fn see(&mut self, bytes: usize) {
        self.seen += 1;
        self.bytes += bytes;
    }

    /// Says at once what failed, since the rest may take long.
    pub(super) fn fail(&mut self, fault: Fault) {
        print::progress_done();
        print::note(styled(Style::Bad, format_args!("{}: {}", fault.place, fault.message)));
        self.faults.push(fault);
    }

    pub(super) fn all(&self) -> usize {
        self.created + self.updated + self.unchanged
    }

    /// Sums it up; fails where anything failed.
    pub(super) fn show(&self, collection: &str, is_dry: bool, as_json: bool) -> Result<(), Exit> {
        let Self { created, updated, unchanged, seen, bytes, faults } = self;
        match (as_json, is_dry) {
            (true, true) => print::json(&serde_json::json!({
                "collection": collection, "documents": seen, "text_bytes": bytes, "errors": faults,
            })),
            (true, false) => print::json(&serde_json::json!({
                "collection": collection, "created": created, "updated": updated,
                "unchanged": unchanged, "errors": faults,
            })),
            (false, true) => print::line(format_args!(
                "{collection}: {seen} documents with {bytes} bytes would be put; nothing was sent"
            )),
            (false, false) => print::line(format_args!(
                "{collection}: {created} created, {updated} updated, {unchanged} unchanged"
            )),
        }
        match faults.len() {
            0 => Ok(()),
            failed => Err(Exit::Failed(format!("{failed} failed, and the rest went on"))),
        }
    }
}
