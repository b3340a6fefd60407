//! A job, as everybody here sees it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chassis::clock::Time;
use chassis::failure::Violation;
use serde::{Deserialize, Serialize};

use crate::delivery;
use crate::outbox::Address;
use crate::usage::Usage;

/// The prefix of a job's id.
pub const PREFIX: &str = "job";

/// What state a job is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Accepted, and waiting for a worker.
    Queued,
    /// A worker runs it.
    Running,
    /// A person must look at a draft.
    Waiting,
    /// It ended with a result.
    Succeeded,
    /// It ended with an error.
    Failed,
    /// It ended because somebody asked for that.
    Cancelled,
    /// It ended because its time was over.
    Expired,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Running,
        Self::Waiting,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::Expired,
    ];

    /// Its name, as rows and JSON hold it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether nothing comes after it.
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Queued | Self::Running | Self::Waiting => false,
            Self::Succeeded | Self::Failed | Self::Cancelled | Self::Expired => true,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no state's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a state")]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or(UnknownState)
    }
}

/// Why a job did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable name in lower case, such as `collection_not_found`.
    pub code: String,
    /// What happened, for people.
    pub message: String,
    /// Whether the same job may succeed later.
    pub retryable: bool,
    /// The service that failed; empty where it is the job itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hop: String,
    /// How long to wait before trying again, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Duration>,
    /// The fields that were refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
}

impl Problem {
    /// A problem of the job itself that trying again does not mend.
    pub fn new(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            retryable: false,
            hop: String::new(),
            retry_after: None,
            errors: Vec::new(),
        }
    }

    /// The same, where trying again may help.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }
}

/// One run of a flow, as it is now.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub tenant: String,
    /// The flow that it runs.
    pub flow: String,
    /// The version of the flow.
    pub flow_version: String,
    /// What state it is in.
    pub state: State,
    /// What the flow made, JSON as text; not read for lists.
    pub result: Option<String>,
    /// What its model calls consumed so far.
    pub usage: Usage,
    /// The context of the span that accepted it, as a `traceparent`.
    pub traceparent: String,
    /// What vendors added to the trace.
    pub tracestate: Option<String>,
    /// The span above the one that accepted it.
    pub parent_span_id: Option<String>,
    /// What the caller wants back with the result, JSON as text.
    pub correlation: Option<String>,
    /// The callback that the caller named.
    pub callback: Option<Address>,
    /// Why it did not succeed.
    pub error: Option<Problem>,
    /// What was left out or replaced on the way.
    pub degraded: Vec<String>,
    /// When its request arrived.
    pub received_at: Time,
    /// When it was accepted.
    pub created_at: Time,
    /// When it was first claimed.
    pub started_at: Option<Time>,
    /// When it reached a terminal state.
    pub finished_at: Option<Time>,
    /// When it expires unless it has ended.
    pub deadline_at: Time,
    /// How often it was claimed.
    pub attempts: u32,
    /// Jobs of a higher priority are claimed first.
    pub priority: i32,
    /// When it may begin, or begin again.
    pub run_at: Time,
    /// Whether somebody asked to cancel it.
    pub is_cancel_requested: bool,
    /// Its deliveries in short.
    pub deliveries: Vec<delivery::Short>,
}

/// What happened to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the job's events, from 1 without gaps.
    pub seq: u64,
    /// When it happened.
    pub at: Time,
    /// What happened, such as `started`.
    pub kind: String,
    /// The step that it is about; empty where it is about the job.
    pub step: String,
    /// The attempt that it belongs to; 0 before the first.
    pub attempt: u32,
    /// More about it, JSON as text.
    pub detail: Option<String>,
}

/// Which jobs to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those of this flow.
    pub flow: Option<String>,
}

impl Job {
    /// The trace that it belongs to, 32 hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        self.traceparent.get(3..35).unwrap_or_default()
    }

    /// The span that accepted it, 16 hexadecimal digits.
    pub fn accept_span_id(&self) -> &str {
        self.traceparent.get(36..52).unwrap_or_default()
    }

    /// Whether it may not begin yet, or not begin again.
    pub fn begins_later(&self) -> bool {
        self.state == State::Queued && self.run_at > self.created_at
    }
}
