//! The attempts of a job: opened by a claim, closed by whoever ends or takes the job.

use crate::error::Error;
use crate::store::claim::EndedAttempt;
use crate::store::{Row, Statement};

/// Opens an attempt for each of the jobs that a claim took.
pub(super) fn open(jobs: &[String], token: &str) -> Statement {
    Statement::new(
        "insert into {attempt} (job_id, number, token, span_id, started_at)
         select id, attempts, $2, {span}, {now} from {job} where id {in 1}
         returning job_id, span_id",
    )
    .bind_list(jobs.iter().map(String::as_str))
    .bind(token)
}

/// Closes the attempt that is open, if one is.
pub(super) fn close(job_id: &str, outcome: &str, code: Option<&str>) -> Statement {
    Statement::new(
        "update {attempt} set ended_at = {now}, outcome = $2, code = $3
          where job_id = $1 and ended_at is null
          returning job_id, number, span_id, started_at, ended_at",
    )
    .bind(job_id)
    .bind(outcome)
    .bind(code)
}

/// Closes the attempts that earlier claims left open.
pub(super) fn close_lost(jobs: &[&str], token: &str) -> Statement {
    Statement::new(
        "update {attempt} set ended_at = {now}, outcome = 'lost'
          where job_id {in 1} and token <> $2 and ended_at is null
          returning job_id, number, span_id, started_at, ended_at",
    )
    .bind_list(jobs.iter().copied())
    .bind(token)
}

/// An attempt as one of these statements returns it.
pub(super) fn ended(row: &Row) -> Result<EndedAttempt, Error> {
    Ok(EndedAttempt {
        number: row.count("number")?,
        span_id: row.text("span_id")?,
        started_at: row.time("started_at")?,
        ended_at: row.time("ended_at")?,
    })
}
