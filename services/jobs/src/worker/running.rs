//! The jobs that this process runs, and how each of them is told to stop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::store::{Held, Pulse};

/// Why a job must stop although it has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Somebody asked to cancel it.
    Cancelled,
    /// Its time is over.
    Expired,
    /// Another worker may hold it: nothing may be written any more.
    Lost,
    /// This process stops, and somebody else goes on.
    HandBack,
}

/// What is run here.
#[derive(Clone, Debug, Default)]
pub(super) struct Running(Arc<Mutex<HashMap<Held, Entry>>>);

#[derive(Debug)]
struct Entry {
    stop: watch::Sender<Option<Stop>>,
    lease_until: Instant,
}

/// A job that is run here, until this is dropped.
#[derive(Debug)]
pub(super) struct Guard {
    running: Running,
    held: Held,
    stop: watch::Receiver<Option<Stop>>,
}

impl Running {
    /// Enters a job whose lease was taken at `since`.
    pub(super) fn enter(&self, held: &Held, since: Instant, lease: Duration) -> Guard {
        let (sender, stop) = watch::channel(None);
        self.entries().insert(held.clone(), Entry { stop: sender, lease_until: since + lease });
        Guard { running: self.clone(), held: held.clone(), stop }
    }

    /// Everything that is held.
    pub(super) fn held(&self) -> Vec<Held> {
        self.entries().keys().cloned().collect()
    }

    /// Takes in what a heartbeat said, that was sent at `since` for these.
    pub(super) fn pulse(&self, asked: &[Held], pulses: &[Pulse], since: Instant, lease: Duration) {
        let mut entries = self.entries();
        for held in asked {
            let Some(entry) = entries.get_mut(held) else { continue };
            match pulses.iter().find(|pulse| pulse.job_id == held.job_id) {
                None => entry.tell(Stop::Lost),
                Some(pulse) => {
                    entry.lease_until = since + lease;
                    if pulse.is_cancel_requested {
                        entry.tell(Stop::Cancelled);
                    } else if pulse.is_overdue {
                        entry.tell(Stop::Expired);
                    }
                }
            }
        }
    }

    /// Gives up what nobody confirmed for a whole lease; says how many that were.
    pub(super) fn give_up_stale(&self) -> usize {
        let (entries, now) = (self.entries(), Instant::now());
        let stale = entries.values().filter(|entry| entry.lease_until <= now);
        stale.map(|entry| entry.tell(Stop::Lost)).count()
    }

    /// Tells everything to be given back.
    pub(super) fn hand_back(&self) {
        self.entries().values().for_each(|entry| entry.tell(Stop::HandBack));
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Held, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// The first word counts, except that a lost job is lost whatever was said before.
    fn tell(&self, stop: Stop) {
        self.stop.send_if_modified(|told| {
            let is_news = told.is_none() || (stop == Stop::Lost && *told != Some(Stop::Lost));
            if is_news {
                *told = Some(stop);
            }
            is_news
        });
    }
}

impl Guard {
    /// Waits until the job must stop.
    pub(super) async fn stopped(&mut self) -> Stop {
        match self.stop.wait_for(Option::is_some).await {
            Ok(told) => told.unwrap_or(Stop::Lost),
            // Its entry is gone, which only this guard does.
            Err(_) => Stop::Lost,
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.running.entries().remove(&self.held);
    }
}
