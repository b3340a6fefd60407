use crate::error::Error;
use crate::json::{Fields, INVALID_REQUEST, Text, shown};
use crate::request::{RequestBody, Search};

/// What a caller asks for, beside jobs, where jobs are handed in.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// How a job is doing.
    Status(String),
    /// That a job stops.
    Cancel(String),
    /// Passages that answer a query.
    Search(Box<Search>),
    /// Vectors of texts; the whole body.
    Embed(String),
    /// Passages in a better order; the whole body.
    Rerank(String),
    /// A text; the whole body.
    Generate(String),
    /// A method of a service of this process.
    Call {
        /// Its name.
        method: String,
        /// Its request, JSON as the caller wrote it.
        request: String,
    },
}

impl Op {
    /// The job that it is about.
    pub(crate) fn job_id(&self) -> Option<&str> {
        match self {
            Self::Status(job_id) | Self::Cancel(job_id) => Some(job_id),
            Self::Search(_)
            | Self::Embed(_)
            | Self::Rerank(_)
            | Self::Generate(_)
            | Self::Call { .. } => None,
        }
    }

    /// Whether a body asks for one.
    pub(super) fn is_in(fields: &Fields<'_>) -> bool {
        fields.is_set("op")
    }

    /// Reads what is asked for; a body that was checked has said already what is no JSON.
    pub(super) fn read(text: &Text, mut fields: Fields<'_>) -> Result<Self, Error> {
        let op = fields.text("op");
        let read = match op.as_deref() {
            Some("status") => of_job(&mut fields).map(Self::Status),
            Some("cancel") => of_job(&mut fields).map(Self::Cancel),
            Some("search") => {
                let search = Search::read(&mut fields);
                fields.refuse_unknown(Search::KNOWN);
                Some(Self::Search(Box::new(search)))
            }
            Some("embed") => Some(Self::Embed(text.text.clone())),
            Some("rerank") => Some(Self::Rerank(text.text.clone())),
            Some("generate") => Some(Self::Generate(text.text.clone())),
            Some(other) => {
                let message = format!(
                    "is {}; there are status, cancel, search, embed, rerank, generate",
                    shown(other)
                );
                fields.refuse(INVALID_REQUEST, "op", message);
                None
            }
            None => None,
        };
        fields.finish()?;
        read.ok_or_else(|| Error::refused(INVALID_REQUEST, "op", "must be a text"))
    }

    /// Whether a body calls a method.
    pub(super) fn is_call(fields: &Fields<'_>) -> bool {
        fields.is_set("method")
    }

    /// Reads a call; without a request it is an empty one.
    pub(super) fn call(mut fields: Fields<'_>) -> Result<Self, Error> {
        let method = fields.text("method").unwrap_or_default();
        let request = fields.raw("request").unwrap_or("{}").to_owned();
        fields.refuse_unknown("method, request, trace");
        fields.finish()?;
        Ok(Self::Call { method, request })
    }
}

fn of_job(fields: &mut Fields<'_>) -> Option<String> {
    let job_id = fields.needed_text("job_id");
    fields.refuse_unknown("op, job_id, trace");
    job_id
}
