//! Calls of a named provider that are repeated where a repeat can heal them.
//!
//! A request that was answered may have been paid for, so nothing is repeated once an answer began,
//! unless its status says that it is none. What a call may take is bounded three times: by its own
//! time and the caller's deadline, by a number of attempts, and by a budget that all calls of the
//! provider share, so that an outage does not multiply the load.

mod budget;
mod retry;

pub use crate::http::retrying::retry::Retry;

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::time::{Instant, sleep, timeout};

use crate::deadline::{self, Deadline};
use crate::http::client::Attempt;
use crate::http::retrying::budget::Budget;
use crate::http::{Answer, Client, Error, Request, Streamed, retry_after};

/// In bytes: so much of a refusal is looked at.
const REFUSAL: usize = 64 << 10;
/// A refusal's body that takes longer is not waited for.
const REFUSAL_TIME: Duration = Duration::from_secs(1);
/// What some providers send with an answer: `false` where a repeat is of no use.
const SHOULD_RETRY: &str = "x-should-retry";

/// A [`Client`] of one provider, which repeats what a repeat can heal.
///
/// Clones share one budget.
#[derive(Clone, Debug)]
pub struct Retrying {
    client: Client,
    name: &'static str,
    retry: Retry,
    budget: Arc<Budget>,
    is_final: fn(&[u8]) -> bool,
}

impl Retrying {
    /// Calls the provider of this name, which spans call it by.
    pub fn new(client: Client, name: &'static str, retry: Retry) -> Self {
        let budget = Arc::new(Budget::new(retry.share, retry.reserve, Instant::now()));
        Self { client, name, retry, budget, is_final: |_| false }
    }

    /// Takes a refusal as final, whatever its status, where this holds of its body.
    #[must_use]
    pub fn unless(mut self, is_final: fn(&[u8]) -> bool) -> Self {
        self.is_final = is_final;
        self
    }

    /// Calls, and reads the whole answer, at most [`Request::max_body`] of its body.
    ///
    /// [`Request::timeout`] is for all attempts and the waits between them; the nearer of it and
    /// the caller's deadline counts. The last answer is handed on whatever its status.
    pub async fn send(&self, request: Request) -> Result<Answer, Error> {
        let limit = request.max_body;
        self.stream(request).await?.collect(limit).await
    }

    /// The same, with the answer's body handed on as it comes; only its head is tried again for.
    pub async fn stream(&self, request: Request) -> Result<Streamed, Error> {
        let own = Deadline::after(request.timeout);
        let until = deadline::current().map_or(own, |callers| callers.min(own));
        self.budget.call(Instant::now());
        let mut number = 1;
        loop {
            let attempt =
                Attempt { number, provider: Some(self.name), patience: self.retry.patience };
            let request = Request { timeout: until.remaining(), ..request.clone() };
            let mut outcome = self.client.attempt(request, &attempt).await;
            if let Ok(answer) = &mut outcome {
                self.look_at(answer).await;
            }
            let Some(wait) = self.wait(number, &outcome, until) else { return outcome };
            drop(outcome);
            sleep(wait).await;
            number += 1;
        }
    }

    /// Reads what a refusal says, which also leaves its connection to the next attempt.
    async fn look_at(&self, answer: &mut Streamed) {
        if heals(answer.status) {
            // What did not come in that time is left out.
            let _ = timeout(REFUSAL_TIME, answer.body.peek(REFUSAL)).await;
        }
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn wait(
        &self,
        number: u32,
        outcome: &Result<Streamed, Error>,
        until: Deadline,
    ) -> Option<Duration> {
        let asked = match outcome {
            Ok(answer) if self.may_heal(answer) => retry_after(&answer.headers),
            Err(Error::Connect { .. } | Error::Broken { .. } | Error::Timeout { .. }) => None,
            Ok(_) | Err(_) => return None,
        };
        let wait = self.retry.wait(number, asked)?;
        let has_time = number < self.retry.attempts && wait < until.remaining();
        let (provider, millis) = (self.name, wait.as_millis());
        let goes_on = has_time && self.budget.take(Instant::now());
        tracing::debug!(provider, number, goes_on, millis, "an attempt failed");
        goes_on.then_some(wait)
    }

    fn may_heal(&self, answer: &Streamed) -> bool {
        let is_told = answer.headers.get(SHOULD_RETRY).is_some_and(|told| told == "false");
        heals(answer.status) && !is_told && !(self.is_final)(answer.body.peeked())
    }
}

/// Whether the same request may be answered a little later.
fn heals(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504 | 529)
}
