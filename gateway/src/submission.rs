//! A job that a caller hands in: by its body and its headers.

mod envelope;
mod key;
mod op;
mod prefer;
mod received;

pub(crate) use crate::submission::envelope::{Callback, CallbackAuth, Envelope, Invocation, Trace};
pub(crate) use crate::submission::op::Op;
pub(crate) use crate::submission::received::{Asked, Received, Takes, receive};

use std::time::Duration;

use chassis::clock::Time;

/// A job to hand over.
#[derive(Clone, Debug)]
pub(crate) struct Submission {
    /// The flow to run; the default one where it is absent.
    pub(crate) flow: Option<String>,
    /// Its input, JSON as the caller wrote it.
    pub(crate) input: String,
    /// Whom to tell.
    pub(crate) callback: Option<Callback>,
    /// The same key again is the same job.
    pub(crate) key: Option<String>,
    /// What the caller wants back, JSON as it wrote it.
    pub(crate) correlation: Option<String>,
    /// How long the job may take.
    pub(crate) deadline: Option<Duration>,
    /// Jobs of a higher priority come first.
    pub(crate) priority: i32,
    /// When it may begin.
    pub(crate) run_at: Option<Time>,
    /// How long the caller waits for its end.
    pub(crate) wait: Option<Duration>,
    /// What the caller should know of its request.
    pub(crate) warnings: Vec<String>,
}
