//! What a worker writes while it holds a job: checkpoints, and steps to be tried again.

use std::time::Duration;

use chassis::clock::Time;
use serde_json::json;

use crate::error::Error;
use crate::job::Problem;
use crate::store::claim::{EndedAttempt, Held};
use crate::store::step::StepRecord;
use crate::store::{Durability, Statement, Store, attempt, event, micros, step};
use crate::usage::Usage;

/// What a job consumed and did without, all its steps together.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// What its model calls consumed.
    pub usage: Usage,
    /// What was left out or replaced.
    pub degraded: Vec<String>,
}

impl Totals {
    pub(super) fn usage_json(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(&self.usage).map_err(Error::broken)
    }

    pub(super) fn degraded_json(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(&self.degraded).map_err(Error::broken)
    }
}

impl Store {
    /// Commits a finished step and says when that was. It is never run again, and crashes are counted
    /// anew from here. Writing the same step once more changes nothing.
    pub async fn checkpoint(
        &self,
        held: &Held,
        record: &StepRecord,
        totals: &Totals,
    ) -> Result<Time, Error> {
        let mut session = self.write(Durability::Lazy).await?;
        let row = session.first(advance(held, totals)?).await?.ok_or(Error::LeaseLost)?;
        let (seq, attempt) = (row.int("last_seq")?, row.count("attempts")?);
        if session.run(step::insert(&held.job_id, attempt, record)).await? > 0 {
            session.run(step_finished(&held.job_id, seq, attempt, record)).await?;
            session.commit().await?;
        }
        row.time("at")
    }

    /// Puts the job back into the queue, since a step failed in a way that may pass.
    pub async fn retry_later(
        &self,
        held: &Held,
        record: &StepRecord,
        problem: &Problem,
        wait: Duration,
    ) -> Result<EndedAttempt, Error> {
        let mut session = self.write(Durability::Lazy).await?;
        let row = session.first(postpone(held, wait)).await?.ok_or(Error::LeaseLost)?;
        let (seq, attempt) = (row.int("last_seq")?, row.count("attempts")?);
        session.run(step::insert(&held.job_id, attempt, record)).await?;
        let closed = attempt::close(&held.job_id, "error", Some(&problem.code));
        let closed = session.first(closed).await?.ok_or(Error::LeaseLost)?;
        session.run(retrying(&held.job_id, seq, attempt, record, problem, wait)).await?;
        session.commit().await?;
        attempt::ended(&closed)
    }

    /// Notes a step that a worker had begun before it died, for the timeline.
    pub async fn note_lost_step(
        &self,
        held: &Held,
        attempt: u32,
        record: &StepRecord,
    ) -> Result<(), Error> {
        let mut session = self.write(Durability::Lazy).await?;
        session.first(holds(held)).await?.ok_or(Error::LeaseLost)?;
        session.run(step::insert(&held.job_id, attempt, record)).await?;
        session.commit().await
    }
}

/// The event of a finished step.
pub(super) fn step_finished(job: &str, seq: i64, attempt: u32, record: &StepRecord) -> Statement {
    let detail = json!({ "status": record.status.name(), "ms": millis(record.took) });
    let detail = Some(detail.to_string());
    event::insert(job, seq, event::STEP_FINISHED, &record.step, attempt, detail)
}

fn retrying(
    job: &str,
    seq: i64,
    attempt: u32,
    record: &StepRecord,
    problem: &Problem,
    wait: Duration,
) -> Statement {
    let Problem { code, message, hop, .. } = problem;
    let detail = json!({ "code": code, "message": message, "hop": hop, "wait_ms": millis(wait) });
    let detail = Some(detail.to_string());
    event::insert(job, seq, event::RETRYING, &record.step, attempt, detail)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn advance(held: &Held, totals: &Totals) -> Result<Statement, Error> {
    let statement = Statement::new(
        "update {job} set crashes = 0, usage = $3, degraded = $4, last_seq = last_seq + 1
          where id = $1 and token = $2 and state = 'running'
          returning last_seq, attempts, {now} as at",
    );
    let statement = statement.bind(held.job_id.as_str()).bind(held.token.as_str());
    Ok(statement.bind(totals.usage_json()?).bind(totals.degraded_json()?))
}

fn postpone(held: &Held, wait: Duration) -> Statement {
    Statement::new(
        "update {job} set state = 'queued', errors = errors + 1, run_at = {now} + $3,
           token = null, lease_until = null, last_seq = last_seq + 1
          where id = $1 and token = $2 and state = 'running'
          returning last_seq, attempts",
    )
    .bind(held.job_id.as_str())
    .bind(held.token.as_str())
    .bind(micros(wait))
}

fn holds(held: &Held) -> Statement {
    Statement::new("select id from {job} where id = $1 and token = $2 and state = 'running' {lock}")
        .bind(held.job_id.as_str())
        .bind(held.token.as_str())
}
