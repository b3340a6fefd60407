//! Flows: folders of data that say how a kind of job is done.
//!
//! Whatever can be wrong with one is found when it is loaded, never by the first job that meets it.

mod accept;
mod alias;
mod corpus;
mod error;
mod flows;
mod folder;
mod load;
mod locate;
mod message;
mod nearest;
mod path;
mod prompt;
mod scan;
mod schema;
mod scope;
mod setting;
mod step;
mod table;
mod view;

pub use crate::flow::accept::{Accepted, Refused};
pub use crate::flow::corpus::{Corpus, CorpusDocument};
pub use crate::flow::error::Error;
pub use crate::flow::flows::Flows;
pub use crate::flow::prompt::Prompt;
pub use crate::flow::schema::Schema;
pub use crate::flow::setting::Setting;
pub(crate) use crate::flow::setting::object;
pub(crate) use crate::flow::step::QUERIES_LIMIT;
pub use crate::flow::step::{Check, Generate, Rerank, Retrieve, Stage, Step, StepKind};
pub use crate::flow::view::View;

use std::fmt;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::flow::alias::Alias;
use crate::flow::folder::Folder;

/// One version of a flow, checked.
pub struct Flow {
    /// Its name, as callers write it.
    pub name: String,
    /// The sha256 of its folder without corpus and evaluation, in hexadecimal.
    pub version: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// How long a job may take that says nothing else.
    pub deadline: Duration,
    /// Its steps, in the order they run.
    pub steps: Vec<Step>,
    /// The job's result, member by member.
    pub(crate) result: Vec<(String, Setting)>,
    aliases: Vec<Alias>,
    input: Schema,
    sample: Option<String>,
    corpus: Option<(String, Vec<CorpusDocument>)>,
    archive: Vec<u8>,
}

impl Flow {
    /// Its folder without corpus and evaluation, as bytes that are the same for the same files.
    pub fn archive(&self) -> Vec<u8> {
        self.archive.clone()
    }

    /// The flow that an archive holds, checked again; it has no corpus.
    pub fn unarchive(archive: &[u8]) -> Result<Self, Error> {
        load::flow(&Folder::unarchive(archive)?)
    }

    /// The JSON schema of its input, as text.
    pub fn input_schema(&self) -> &str {
        self.input.text()
    }

    /// A sample input, JSON as text.
    pub fn sample(&self) -> Option<&str> {
        self.sample.as_deref()
    }

    /// The documents that come with it, and where they belong.
    pub fn corpus(&self) -> Option<Corpus<'_>> {
        let (collection, documents) = self.corpus.as_ref()?;
        Some(Corpus { collection, documents })
    }
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow").field("name", &self.name).field("version", &self.version).finish()
    }
}

/// The version of the flow that has this archive.
fn version(archive: &[u8]) -> String {
    hex::encode(Sha256::digest(archive))
}
