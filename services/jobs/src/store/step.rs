//! What the steps of a job did; one that ended `ok` or `skipped` is a checkpoint.

use std::time::Duration;

use chassis::clock::Time;

use crate::error::Error;
use crate::store::{Row, Statement, Store, micros};

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepStatus {
    /// It has a value.
    Ok,
    /// Its condition was false.
    Skipped,
    /// It failed.
    Error,
    /// Its worker died.
    Lost,
}

impl StepStatus {
    /// Its name, as rows hold it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Error => "error",
            Self::Lost => "lost",
        }
    }
}

/// What a step did, as the worker that ran it tells.
#[derive(Clone, Debug)]
pub struct StepRecord {
    /// The step.
    pub step: String,
    /// How it ended.
    pub status: StepStatus,
    /// Its span.
    pub span_id: String,
    /// How long it took.
    pub took: Duration,
    /// Its value, JSON as text; `None` where it has none.
    pub value: Option<String>,
    /// What it consumed, JSON as text.
    pub usage: Option<String>,
    /// Why it failed, in a word.
    pub code: Option<String>,
}

/// A step of a job as its row tells.
#[derive(Clone, Debug)]
pub struct StepRow {
    /// The step.
    pub step: String,
    /// Which attempt ran it.
    pub attempt: u32,
    /// `ok`, `skipped`, `error` or `lost`.
    pub status: String,
    /// Its span.
    pub span_id: String,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Time,
    /// Why it failed, in a word.
    pub code: Option<String>,
}

impl Store {
    /// The values of a job's checkpoints, in the order they were made; `None` for skipped steps.
    pub async fn checkpoints(&self, job: &str) -> Result<Vec<(String, Option<String>)>, Error> {
        let rows = self.read().await?.all(checkpoints(job)).await?;
        rows.iter().map(|row| Ok((row.text("step")?, row.json_opt("value")?))).collect()
    }

    /// What every step of a job did, in the order they ended.
    pub async fn steps(&self, job: &str) -> Result<Vec<StepRow>, Error> {
        let rows = self.read().await?.all(steps(job)).await?;
        rows.iter().map(from_row).collect()
    }
}

fn checkpoints(job: &str) -> Statement {
    Statement::new(
        "select step, value from {step} where job_id = $1 and status in ('ok', 'skipped')
          order by ended_at, attempt",
    )
    .bind(job)
}

fn steps(job: &str) -> Statement {
    Statement::new(
        "select step, attempt, status, span_id, started_at, ended_at, code from {step}
          where job_id = $1 order by attempt, ended_at",
    )
    .bind(job)
}

/// A step that ended now; touches nothing where it was written before, its answer having got lost.
pub(super) fn insert(job: &str, attempt: u32, record: &StepRecord) -> Statement {
    let StepRecord { step, status, span_id, took, value, usage, code } = record;
    Statement::new(
        "insert into {step} (job_id, attempt, step, status, span_id, started_at, ended_at,
           value, usage, code)
         values ($1, $2, $3, $4, $5, {now} - $6, {now}, $7, $8, $9)
         on conflict do nothing",
    )
    .bind(job)
    .bind(i64::from(attempt))
    .bind(step.as_str())
    .bind(status.name())
    .bind(span_id.as_str())
    .bind(micros(*took))
    .bind(value.clone().map(String::into_bytes))
    .bind(usage.clone().map(String::into_bytes))
    .bind(code.as_deref())
}

fn from_row(row: &Row) -> Result<StepRow, Error> {
    Ok(StepRow {
        step: row.text("step")?,
        attempt: row.count("attempt")?,
        status: row.text("status")?,
        span_id: row.text("span_id")?,
        started_at: row.time("started_at")?,
        ended_at: row.time("ended_at")?,
        code: row.text_opt("code")?,
    })
}
