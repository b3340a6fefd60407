//! What a worker writes while it holds a job: checkpoints, and steps to be tried again.

use std::time::Duration;

use serde_json::json;

use crate::error::Error;
use crate::job::Problem;
use crate::store::claim::Held;
use crate::store::step::StepRecord;
use crate::store::{Durability, Session, Statement, Store, attempt, event, micros, step};
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
    /// Commits a finished step. It is never run again, and crashes are counted anew from here.
    pub async fn checkpoint(
        &self,
        held: &Held,
        record: &StepRecord,
        totals: &Totals,
    ) -> Result<(), Error> {
        let mut session = self.write(Durability::Lazy).await?;
        let row = session.first(advance(held, totals)?).await?.ok_or(Error::LeaseLost)?;
        let (seq, attempt) = (row.int("last_seq")?, row.count("attempts")?);
        finished_step(&mut session, &held.job_id, seq, attempt, record).await?;
        session.commit().await
    }

    /// Puts the job back into the queue, since a step failed in a way that may pass.
    pub async fn retry_later(
        &self,
        held: &Held,
        record: &StepRecord,
        problem: &Problem,
        wait: Duration,
    ) -> Result<(), Error> {
        let mut session = self.write(Durability::Lazy).await?;
        let row = session.first(postpone(held, wait)).await?.ok_or(Error::LeaseLost)?;
        let (seq, attempt) = (row.int("last_seq")?, row.count("attempts")?);
        session.run(step::insert(&held.job_id, attempt, record)).await?;
        session.run(attempt::close(&held.job_id, "error", Some(&problem.code))).await?;
        let detail = json!({ "code": problem.code, "message": problem.message,
            "hop": problem.hop, "wait_ms": wait.as_millis() as u64 });
        let detail = Some(detail.to_string());
        let event =
            event::insert(&held.job_id, seq, event::RETRYING, &record.step, attempt, detail);
        session.run(event).await?;
        session.commit().await
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

/// The rows of a finished step; its number was counted up by the caller.
pub(super) async fn finished_step(
    session: &mut Session,
    job: &str,
    seq: i64,
    attempt: u32,
    record: &StepRecord,
) -> Result<(), Error> {
    session.run(step::insert(job, attempt, record)).await?;
    let took = u64::try_from(record.took.as_millis()).unwrap_or(u64::MAX);
    let detail = Some(json!({ "status": record.status.name(), "ms": took }).to_string());
    let event = event::insert(job, seq, event::STEP_FINISHED, &record.step, attempt, detail);
    session.run(event).await?;
    Ok(())
}

fn advance(held: &Held, totals: &Totals) -> Result<Statement, Error> {
    let statement = Statement::new(
        "update {job} set crashes = 0, usage = $3, degraded = $4, last_seq = last_seq + 1
          where id = $1 and token = $2 and state = 'running'
          returning last_seq, attempts",
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
