//! A request becomes a job, once it has been found good.

use std::ops::RangeInclusive;
use std::time::Duration;

use chassis::auth::Tenant;
use chassis::clock::Time;
use chassis::id;
use chassis::trace::{self, TraceContext};
use serde_json::Value;
use tokio::time::Instant;
use tracing::info;

use crate::credential::Credential;
use crate::error::Error;
use crate::flow::Flow;
use crate::job::{self, Job};
use crate::jobs::fingerprint::fingerprint;
use crate::jobs::{Jobs, callback, json};
use crate::keyring::Purpose;
use crate::metrics;
use crate::span;
use crate::store::{Accepted, Key, NewJob};
use crate::wake::Hint;

const DEADLINES: RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(24 * 60 * 60);
const PRIORITIES: RangeInclusive<i32> = -100..=100;
const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);
const LONGEST_KEY: usize = 255;
const LARGEST_CORRELATION: usize = 16 << 10;

/// A job that somebody wants done.
#[derive(Clone, Debug)]
pub struct Submission {
    /// For whom.
    pub tenant: Tenant,
    /// The flow to run; the default one where none is named.
    pub flow: Option<String>,
    /// Its input, JSON as text.
    pub input: String,
    /// Whom to tell.
    pub callback: Option<Callback>,
    /// Under which key the same request is the same job.
    pub key: Option<String>,
    /// What to give back with the result, JSON as text.
    pub correlation: Option<String>,
    /// How long it may take.
    pub deadline: Option<Duration>,
    /// Jobs of a higher priority are claimed first.
    pub priority: i32,
    /// When it may begin.
    pub run_at: Option<Time>,
}

/// Whom to tell of a job's end.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Where, byte for byte.
    pub url: String,
    /// What it asks for before it lets us in; never given back.
    pub auth: Option<Credential>,
}

/// A job that was accepted, now or before.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The job as it is now.
    pub job: Job,
    /// Whether its key was known.
    pub is_replayed: bool,
    /// What the caller should know of its input.
    pub warnings: Vec<String>,
}

/// A submission whose texts are read.
struct Read {
    flow: String,
    key: Option<Key>,
}

impl Jobs {
    /// Accepts a job: when it answers, the job is a committed row.
    pub async fn submit(&self, submission: Submission) -> Result<Submitted, Error> {
        let arrived = Instant::now();
        let read = self.read(&submission)?;
        // Before anything else is looked at: the first answer stands, whatever was changed since.
        if let Some(key) = &read.key
            && let Some(job) = self.0.store.known(&submission.tenant, key).await?
        {
            let warnings = self.warnings(&read.flow, &submission.input);
            return Ok(Submitted { job, is_replayed: true, warnings });
        }
        let flow = self.0.library.current(&read.flow)?;
        let (new, warnings) = self.check(submission, read.key, &flow, arrived)?;
        let _place = self.0.depth.admit(&self.0.store).await?;
        let accepted = self.0.store.accept(&NewJob { age: arrived.elapsed(), ..new }).await?;
        Ok(match accepted {
            Accepted::Known(job) => Submitted { job: *job, is_replayed: true, warnings },
            Accepted::New(job) => {
                self.accepted(&job);
                Submitted { job: *job, is_replayed: false, warnings }
            }
        })
    }

    fn read(&self, submission: &Submission) -> Result<Read, Error> {
        let named = submission.flow.as_deref().filter(|name| !name.is_empty());
        let flow = named.unwrap_or_else(|| self.default_flow()).to_owned();
        let input = json::read("input", &submission.input)?;
        let correlation = correlation(submission.correlation.as_deref())?;
        let marks = self.marks(submission)?;
        let key = submission.key.as_deref().map(check_key).transpose()?;
        let key = key.map(|key| {
            let callback = submission.callback.as_ref().map(|callback| callback.url.as_str());
            let of = |mark| fingerprint(&flow, &input, callback, mark, correlation.as_ref());
            let mut fingerprints = marks.iter().map(|mark| of(mark.as_deref()));
            Key {
                key: key.to_owned(),
                fingerprint: fingerprints.next().unwrap_or_default(),
                older: fingerprints.collect(),
                keep: self.0.config.jobs.keep_keys,
            }
        });
        Ok(Read { flow, key })
    }

    fn check(
        &self,
        submission: Submission,
        key: Option<Key>,
        flow: &Flow,
        arrived: Instant,
    ) -> Result<(NewJob, Vec<String>), Error> {
        let accepted = flow.accept(&submission.input);
        let accepted = accepted.map_err(|refused| Error::InvalidInput(refused.violations))?;
        let webhook = self.0.config.webhook.address.as_ref();
        let callback = submission.callback.as_ref();
        let address =
            callback.map(|callback| callback::check(&callback.url, webhook, &self.0.outbound));
        let deadline = submission.deadline.unwrap_or(flow.deadline);
        if !DEADLINES.contains(&deadline) {
            return Err(Error::InvalidDeadline);
        }
        if !PRIORITIES.contains(&submission.priority) {
            return Err(Error::InvalidPriority);
        }
        if submission.run_at.is_some_and(|at| at > self.0.store.now().plus(YEAR)) {
            return Err(Error::InvalidRunAt);
        }
        let parent = trace::current();
        let accept = parent.as_ref().map_or_else(TraceContext::random, TraceContext::child);
        let (id, address) = (id::new(job::PREFIX), address.transpose()?);
        let new = NewJob {
            callback_auth: self.sealed(&id, callback)?,
            id,
            tenant: submission.tenant,
            flow: self.0.library.version(flow),
            input: accepted.input,
            correlation: submission.correlation.filter(|text| !text.is_empty()),
            callback: address,
            key,
            priority: submission.priority,
            run_at: submission.run_at,
            deadline,
            traceparent: accept.to_string(),
            tracestate: accept.state().map(str::to_owned),
            accept_span_id: accept.span_id(),
            parent_span_id: parent.map(|parent| parent.span_id()),
            age: arrived.elapsed(),
        };
        Ok((new, accepted.warnings))
    }

    /// What stands for the callback's credential in a fingerprint, by each key; nothing where there is none.
    fn marks(&self, submission: &Submission) -> Result<Vec<Option<String>>, Error> {
        let auth = submission.callback.as_ref().and_then(|callback| callback.auth.as_ref());
        let Some(auth) = auth else { return Ok(vec![None]) };
        auth.check()?;
        let marks = self.0.keyring.marks(auth, submission.tenant.as_str())?;
        Ok(marks.into_iter().map(Some).collect())
    }

    /// The callback's credential as the job's row keeps it.
    fn sealed(&self, job: &str, callback: Option<&Callback>) -> Result<Option<Vec<u8>>, Error> {
        let seal = |callback: &Callback| {
            let purpose = Purpose { job, url: &callback.url };
            let auth = callback.auth.as_ref();
            auth.map(|auth| self.0.keyring.seal(auth, purpose)).transpose()
        };
        Ok(callback.map(seal).transpose()?.flatten())
    }

    fn accepted(&self, job: &Job) {
        self.0.library.kept(&job.flow_version);
        span::accepted(job);
        self.0.wake.tell(Hint::Job);
        metrics::accepted();
        info!(job_id = job.id, trace_id = job.trace_id(), flow = job.flow, "job accepted");
    }

    /// What a repeated request is warned of: the same as the first one, where the flow is the same.
    fn warnings(&self, flow: &str, input: &str) -> Vec<String> {
        let flow = self.0.library.current(flow).ok();
        let accepted = flow.and_then(|flow| flow.accept(input).ok());
        accepted.map(|accepted| accepted.warnings).unwrap_or_default()
    }
}

fn check_key(key: &str) -> Result<&str, Error> {
    let is_key =
        (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|c| c.is_ascii_graphic());
    if is_key { Ok(key) } else { Err(Error::InvalidKey) }
}

fn correlation(text: Option<&str>) -> Result<Option<Value>, Error> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.len() > LARGEST_CORRELATION {
        return Err(Error::InvalidCorrelation("is larger than 16 KiB"));
    }
    let value = json::read("correlation", text)?;
    if json::has_nul(&value) {
        return Err(Error::InvalidCorrelation("holds a NUL character"));
    }
    Ok(Some(value))
}
