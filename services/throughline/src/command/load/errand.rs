use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use crate::command::load::door::{Answer, Door};
use crate::command::load::inputs::Inputs;
use crate::command::load::webhook::{Expected, Webhook};

/// How often a submission is tried.
const TRIES: u32 = 6;
/// The platform's own bound of an answer.
const ANSWER: Duration = Duration::from_secs(60);
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The longest that a target's own word on when to come back is obeyed.
const LONGEST_RETRY: Duration = Duration::from_secs(10);
/// Every so many jobs one key is used twice.
const TWICE: u32 = 10;

/// What the jobs of a run share.
pub(super) struct Plan {
    /// The run's name, the first part of every key.
    pub(super) run: String,
    /// What the jobs are about.
    pub(super) inputs: Inputs,
    /// When a job counts as lost.
    pub(super) within: Duration,
    /// The way to the target.
    pub(super) door: Door,
    /// Who is told of the ends, unless the target is asked.
    pub(super) webhook: Option<Webhook>,
}

/// What came of one job.
#[derive(Debug)]
pub(super) struct Errand {
    /// Its number in this run.
    pub(super) number: u32,
    /// Its id, once it was accepted.
    pub(super) job_id: Option<String>,
    /// How long it took to be accepted, with all tries.
    pub(super) accepted: Option<Duration>,
    /// How often it was submitted in vain.
    pub(super) retried: u32,
    /// Whether its key was used twice on purpose.
    pub(super) is_twice: bool,
    /// Whether another job was made for its key.
    pub(super) is_doubled: bool,
    /// How it ended.
    pub(super) ending: Ending,
}

/// How a job ended, as far as its caller can tell.
#[derive(Debug)]
pub(super) enum Ending {
    /// It succeeded after so long.
    Succeeded(Duration),
    /// It failed after so long.
    Failed(Duration, String),
    /// There was no end in time.
    Lost(String),
    /// It was not accepted.
    Refused(String),
    /// Nobody answered.
    Unreachable(String),
}

/// An end that the target told.
pub(super) struct Told {
    /// The job's id.
    pub(super) job_id: String,
    /// Its terminal status.
    pub(super) status: String,
    /// The code of its error.
    pub(super) code: String,
}

impl Plan {
    /// Runs one job to its end.
    pub(super) async fn errand(&self, number: u32) -> Errand {
        let began = Instant::now();
        let deadline = began + self.within;
        let mut expected = self.webhook.as_ref().map(|webhook| webhook.expect(number));
        let callback = expected.as_ref().map(|expected| expected.url.as_str());
        let body = self.inputs.body(&self.run, number, callback);
        let mut errand = Errand::new(number);
        let Some(job_id) = errand.submit(&self.door, &body, deadline).await else { return errand };
        errand.accepted = Some(began.elapsed());
        if number.is_multiple_of(TWICE) {
            errand.submit_again(&self.door, &body, &job_id).await;
        }
        let told = match &mut expected {
            Some(expected) => self.called(expected, &job_id, deadline).await,
            None => self.polled(&job_id, deadline).await,
        };
        errand.end(job_id, told, began.elapsed());
        errand
    }

    /// Waits for the webhook; where it does not come, the target may know why.
    async fn called(
        &self,
        expected: &mut Expected,
        job_id: &str,
        deadline: Instant,
    ) -> Result<Told, String> {
        if let Ok(Some(told)) = timeout_at(deadline, expected.told()).await {
            return Ok(told);
        }
        let status = match self.door.post(&question(job_id), ANSWER).await {
            Ok(answer) => format!("it is {}", answer.shown()),
            Err(why) => why,
        };
        Err(format!("no webhook call came; asked for the job: {status}"))
    }

    /// Asks again and again, less often with time.
    async fn polled(&self, job_id: &str, deadline: Instant) -> Result<Told, String> {
        let (mut pause, mut seen) = (SHORTEST_PAUSE, "never seen".to_owned());
        while Instant::now() + pause < deadline {
            sleep(pause).await;
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
            match self.door.post(&question(job_id), ANSWER).await {
                Ok(answer) if answer.is_end() => {
                    let (job_id, code) = (answer.job_id.clone(), answer.error_code());
                    return Ok(Told { job_id, status: answer.status, code });
                }
                Ok(answer) => seen = answer.shown(),
                Err(why) => seen = why,
            }
        }
        Err(format!("it has no end; last seen {seen}"))
    }
}

impl Errand {
    fn new(number: u32) -> Self {
        let ending = Ending::Lost("it was not begun".to_owned());
        Self {
            number,
            job_id: None,
            accepted: None,
            retried: 0,
            is_twice: false,
            is_doubled: false,
            ending,
        }
    }

    /// Submits until the job is accepted, refused for good, or there is no time left.
    async fn submit(&mut self, door: &Door, body: &Value, deadline: Instant) -> Option<String> {
        for attempt in 0..TRIES {
            self.retried = attempt;
            let pause = match door.post(body, ANSWER).await {
                Ok(answer) if answer.is_accepted() => return Some(answer.job_id),
                Ok(answer) => {
                    self.ending = Ending::Refused(answer.shown());
                    answer.retry_after()?
                }
                Err(why) => {
                    self.ending = Ending::Unreachable(why);
                    None
                }
            };
            let own = SHORTEST_PAUSE * 2u32.pow(attempt);
            let pause = pause.unwrap_or(own).min(LONGEST_RETRY);
            if attempt + 1 == TRIES || Instant::now() + pause > deadline {
                break;
            }
            sleep(pause).await;
        }
        None
    }

    /// Submits once more under the same key; the answer must name the same job.
    async fn submit_again(&mut self, door: &Door, body: &Value, job_id: &str) {
        let Ok(answer) = door.post(body, ANSWER).await else { return };
        if answer.is_accepted() {
            self.is_twice = true;
            self.is_doubled |= answer.job_id != job_id;
        }
    }

    fn end(&mut self, job_id: String, told: Result<Told, String>, took: Duration) {
        self.ending = match told {
            Err(why) => Ending::Lost(why),
            Ok(told) => {
                self.is_doubled |= told.job_id != job_id;
                match told.status.as_str() {
                    "succeeded" => Ending::Succeeded(took),
                    _ => Ending::Failed(took, format!("{} {}", told.status, told.code)),
                }
            }
        };
        self.job_id = Some(job_id);
    }
}

fn question(job_id: &str) -> Value {
    serde_json::json!({ "op": "status", "job_id": job_id })
}

impl Answer {
    /// When to come back, as the target says it: `None` never, `Some(None)` at a time of one's own.
    fn retry_after(&self) -> Option<Option<Duration>> {
        matches!(self.code, 408 | 429 | 500..=599)
            .then(|| self.retry_after_ms.map(Duration::from_millis))
    }
}
