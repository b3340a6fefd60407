//! The attempts of a job, for its timeline.

use chassis::clock::Time;

use crate::error::Error;
use crate::store::{Row, Statement, Store};

/// An attempt of a job as its row tells.
#[derive(Clone, Debug)]
pub struct AttemptRow {
    /// Which attempt it was, from 1.
    pub number: u32,
    /// Its span.
    pub span_id: String,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// `ok`, `error`, `lost`, `handed_back`, `cancelled` or `expired`, once it has ended.
    pub outcome: Option<String>,
    /// Why it failed, in a word.
    pub code: Option<String>,
}

impl Store {
    /// A job's attempts, in order.
    pub async fn attempts(&self, job: &str) -> Result<Vec<AttemptRow>, Error> {
        let rows = self.read().await?.all(attempts(job)).await?;
        rows.iter().map(from_row).collect()
    }
}

fn attempts(job: &str) -> Statement {
    Statement::new(
        "select number, span_id, started_at, ended_at, outcome, code from {attempt}
          where job_id = $1 order by number",
    )
    .bind(job)
}

fn from_row(row: &Row) -> Result<AttemptRow, Error> {
    Ok(AttemptRow {
        number: row.count("number")?,
        span_id: row.text("span_id")?,
        started_at: row.time("started_at")?,
        ended_at: row.time_opt("ended_at")?,
        outcome: row.text_opt("outcome")?,
        code: row.text_opt("code")?,
    })
}
