//! What happened to a job, numbered under the row's lock.

use crate::error::Error;
use crate::job::Event;
use crate::store::{Row, Statement, Store};

pub(super) const ACCEPTED: &str = "accepted";
pub(super) const STARTED: &str = "started";
pub(super) const STEP_FINISHED: &str = "step_finished";
pub(super) const RETRYING: &str = "retrying";
pub(super) const CANCEL_REQUESTED: &str = "cancel_requested";

impl Store {
    /// A job's events after the one with the number `after`, in order.
    pub async fn events(&self, job: &str, after: u64, limit: u32) -> Result<Vec<Event>, Error> {
        let rows = self.read().await?.all(list(job, after, limit)).await?;
        rows.iter().map(from_row).collect()
    }
}

fn list(job: &str, after: u64, limit: u32) -> Statement {
    Statement::new(
        "select seq, at, type, step, attempt, detail from {event}
          where job_id = $1 and seq > $2 order by seq limit $3",
    )
    .bind(job)
    .bind(i64::try_from(after).unwrap_or(i64::MAX))
    .bind(i64::from(limit))
}

/// The number comes from the job's row, which the same transaction has just counted up.
pub(super) fn insert(
    job: &str,
    seq: i64,
    kind: &str,
    step: &str,
    attempt: u32,
    detail: Option<String>,
) -> Statement {
    Statement::new(
        "insert into {event} (job_id, seq, at, type, step, attempt, detail)
         values ($1, $2, {now}, $3, $4, $5, $6)",
    )
    .bind(job)
    .bind(seq)
    .bind(kind)
    .bind(step)
    .bind(i64::from(attempt))
    .bind(detail.map(String::into_bytes))
}

/// The first event of an attempt, for each of the jobs that a claim took.
pub(super) fn started(jobs: &[String]) -> Statement {
    Statement::new(
        "insert into {event} (job_id, seq, at, type, step, attempt, detail)
         select id, last_seq, {now}, $2, '', attempts, null from {job} where id {in 1}",
    )
    .bind_list(jobs.iter().map(String::as_str))
    .bind(STARTED)
}

fn from_row(row: &Row) -> Result<Event, Error> {
    Ok(Event {
        seq: u64::try_from(row.int("seq")?).unwrap_or(0),
        at: row.time("at")?,
        kind: row.text("type")?,
        step: row.text("step")?,
        attempt: row.count("attempt")?,
        detail: row.json_opt("detail")?,
    })
}
