//! Who is told of a job's end, and in which words.

use chassis::clock::Time;
use chassis::id;

use crate::delivery::{self, Short, State};
use crate::error::Error;
use crate::job::Job;

/// Makes the letter that goes out when a job ends.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    webhook: Option<Address>,
}

/// Where a letter goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The URL, byte for byte.
    pub url: String,
    /// Its scheme, host and port in one spelling.
    pub origin: String,
}

/// A delivery that is not a row yet.
pub(crate) struct Letter {
    pub(crate) id: String,
    pub(crate) address: Address,
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
}

impl Outbox {
    /// Tells jobs that name no callback to this address, or to nobody.
    pub fn new(webhook: Option<Address>) -> Self {
        Self { webhook }
    }

    /// The letter for a job that has just ended; `None` where nobody is to be told.
    ///
    /// The job that the letter tells of already lists this delivery.
    pub(crate) fn letter(&self, job: &Job) -> Result<Option<Letter>, Error> {
        let Some(address) = job.callback.clone().or_else(|| self.webhook.clone()) else {
            return Ok(None);
        };
        let letter = id::new(delivery::PREFIX);
        let kind = format!("job.{}", job.state);
        let mut job = job.clone();
        job.deliveries.push(Short { id: letter.clone(), state: State::Pending, attempts: 0 });
        let at = job.finished_at.unwrap_or(Time::from_micros(0));
        let body = crate::grpc::webhook_body(&kind, at, job).map_err(Error::broken)?;
        Ok(Some(Letter { id: letter, address, kind, body }))
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The path and the query may hold what only the receiver should know.
        f.write_str(&self.origin)
    }
}
