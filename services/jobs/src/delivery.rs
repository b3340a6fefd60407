//! A delivery, as everybody here sees it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chassis::clock::Time;

/// The prefix of a delivery's id.
pub const PREFIX: &str = "dlv";

/// What state a delivery is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is tried until it arrives or is given up.
    Pending,
    /// The webhook acknowledged it.
    Delivered,
    /// It was given up; it can be replayed.
    Dead,
}

impl State {
    /// Its name, as rows and JSON hold it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
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
#[error("not a state of a delivery")]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, UnknownState> {
        let all = [Self::Pending, Self::Delivered, Self::Dead];
        all.into_iter().find(|state| state.name() == name).ok_or(UnknownState)
    }
}

/// A job's delivery in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// Its id, which is the `webhook-id` of every attempt.
    pub id: String,
    /// What state it is in.
    pub state: State,
    /// How often it was tried.
    pub attempts: u32,
}

/// One result or failure on its way to one webhook.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its id, which is the `webhook-id` of every attempt.
    pub id: String,
    /// The job whose end it tells.
    pub job_id: String,
    /// The webhook, with its query: for calling, never for showing.
    pub url: String,
    /// What state it is in.
    pub state: State,
    /// The type that the webhook reads, such as `job.succeeded`.
    pub kind: String,
    /// What was tried so far, in order.
    pub attempts: Vec<Attempt>,
    /// When it was made.
    pub created_at: Time,
    /// When it is tried next; `None` where it is not tried again.
    pub next_at: Option<Time>,
}

impl Delivery {
    /// The webhook without its query, which may hold a receiver's secret.
    pub fn shown_url(&self) -> &str {
        shown(&self.url)
    }
}

/// A URL without its query.
pub fn shown(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// One try of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub at: Time,
    /// The HTTP status that came back.
    pub status: Option<u16>,
    /// How long it took; `None` while it lasts.
    pub took: Option<Duration>,
    /// Why it did not succeed.
    pub error: Option<String>,
    /// Its span.
    pub span_id: String,
}

/// Which deliveries to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this job's.
    pub job_id: Option<String>,
    /// Only those in this state.
    pub state: Option<State>,
}
