//! Hints that something is to do: in this process by bells, to other processes by the database.
//!
//! A hint may be lost. Whoever waits for one also looks by itself from time to time.

mod relay;
mod wire;

pub(crate) use crate::wake::relay::Relay;

use std::sync::Arc;

use tokio::sync::{Notify, broadcast, mpsc};

use crate::alarm::Alarm;

/// How many changed jobs a slow watcher may be behind before it looks at its rows instead.
const WATCHED: usize = 1024;
/// How many hints may wait to be told to other processes.
const TOLD: usize = 1024;

/// What other processes are told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Hint {
    /// A job is due.
    Job,
    /// A delivery is due.
    Delivery,
    /// A running job was asked to stop.
    Cancel,
    /// Something happened to this job.
    Changed(Arc<str>),
}

/// The bells of a process.
#[derive(Debug)]
pub(crate) struct Wake {
    /// Wakes the loop that claims jobs.
    pub(crate) jobs: Alarm,
    /// Wakes the loop that claims deliveries.
    pub(crate) deliveries: Alarm,
    /// Wakes the heartbeat, which learns of cancel requests.
    pub(crate) heartbeat: Notify,
    changed: broadcast::Sender<Arc<str>>,
    hints: mpsc::Sender<Hint>,
}

impl Wake {
    /// The bells, and where the hints for other processes come out.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Hint>) {
        let (hints, told) = mpsc::channel(TOLD);
        let wake = Self {
            jobs: Alarm::default(),
            deliveries: Alarm::default(),
            heartbeat: Notify::new(),
            changed: broadcast::channel(WATCHED).0,
            hints,
        };
        (wake, told)
    }

    /// Tells everybody.
    pub(crate) fn tell(&self, hint: Hint) {
        self.hear(&hint);
        // A full channel means that plenty was told already.
        let _ = self.hints.try_send(hint);
    }

    /// Tells this process alone.
    pub(crate) fn hear(&self, hint: &Hint) {
        match hint {
            Hint::Job => self.jobs.ring(),
            Hint::Delivery => self.deliveries.ring(),
            Hint::Cancel => self.heartbeat.notify_one(),
            Hint::Changed(job) => {
                // Without a watcher there is nobody to tell.
                let _ = self.changed.send(Arc::clone(job));
            }
        }
    }

    /// Makes everybody here look, since hints may have been lost.
    pub(crate) fn hear_all(&self) {
        for hint in [Hint::Job, Hint::Delivery, Hint::Cancel] {
            self.hear(&hint);
        }
    }

    /// The jobs to which something happens from now on.
    pub(crate) fn changes(&self) -> broadcast::Receiver<Arc<str>> {
        self.changed.subscribe()
    }
}
