//! A worker takes jobs, holds them, and loses them when its lease ends.

use std::time::Duration;

use chassis::auth::Tenant;
use chassis::clock::Time;
use uuid::Uuid;

use crate::error::Error;
use crate::store::{Durability, Row, Session, Statement, Store, attempt, event, micros};
use crate::usage::Usage;

/// How jobs are claimed.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long a job is held without a heartbeat.
    pub lease: Duration,
    /// How many workers a job may bring down between two checkpoints.
    pub max_crashes: u32,
}

/// What proves that a worker holds a job: every write names both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// The job.
    pub job_id: String,
    /// The claim's token, new with every claim.
    pub token: String,
}

/// A job that a worker took.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What proves it.
    pub held: Held,
    /// Whose the job is.
    pub tenant: Tenant,
    /// The flow that it runs.
    pub flow: String,
    /// The version of the flow.
    pub flow_version: String,
    /// Its input, JSON as text.
    pub input: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The attempt's span.
    pub span_id: String,
    /// How many transient errors its steps had.
    pub errors: u32,
    /// The time that is left.
    pub remaining: Duration,
    /// What its model calls consumed so far.
    pub usage: Usage,
    /// What was left out or replaced so far.
    pub degraded: Vec<String>,
    /// The context of the span that accepted it.
    pub traceparent: String,
    /// What vendors added to the trace.
    pub tracestate: Option<String>,
    /// The attempt whose worker died, where this claim found one.
    pub lost: Option<EndedAttempt>,
}

/// An attempt that ended because its worker did not keep the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedAttempt {
    /// Which attempt it was.
    pub number: u32,
    /// Its span.
    pub span_id: String,
    /// When it began.
    pub started_at: Time,
    /// When its end was noticed.
    pub ended_at: Time,
}

/// What a heartbeat says of a job that is still held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// The job.
    pub job_id: String,
    /// Whether somebody asked to cancel it.
    pub is_cancel_requested: bool,
    /// Whether its time is over.
    pub is_overdue: bool,
}

impl Store {
    /// Takes up to `limit` jobs: those that are due, and those whose worker lost its lease.
    pub async fn claim(&self, limit: usize, terms: Terms) -> Result<Vec<Claim>, Error> {
        let token = Uuid::now_v7().to_string();
        let mut session = self.write(Durability::Lazy).await?;
        let rows = session.all(take(&token, limit, terms)).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut claims =
            rows.iter().map(|row| from_row(row, &token)).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<String> = claims.iter().map(|claim| claim.held.job_id.clone()).collect();
        for row in session.all(attempt::open(&ids, &token)).await? {
            let (id, span_id) = (row.text("job_id")?, row.text("span_id")?);
            of_job(&mut claims, &id, |claim| claim.span_id = span_id);
        }
        session.run(event::started(&ids)).await?;
        note_lost(&mut session, &mut claims, &token).await?;
        session.commit().await?;
        Ok(claims)
    }

    /// Ends every lease: whoever held one is dead, since only one process at a time has the store.
    ///
    /// Does nothing where several processes share it.
    pub async fn let_go(&self) -> Result<(), Error> {
        if !self.is_embedded() {
            return Ok(());
        }
        let mut session = self.write(Durability::Lazy).await?;
        session.run(let_go_jobs()).await?;
        session.run(let_go_deliveries()).await?;
        session.commit().await
    }

    /// Prolongs leases; what is missing in the answer is lost.
    pub async fn heartbeat(&self, held: &[Held], lease: Duration) -> Result<Vec<Pulse>, Error> {
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = self.write(Durability::Lazy).await?;
        let rows = session.all(prolong(held, lease)).await?;
        session.commit().await?;
        rows.iter().map(pulse).collect()
    }

    /// Gives a job back unfinished; that is no crash, and anybody may claim it at once.
    pub async fn hand_back(&self, held: &Held) -> Result<EndedAttempt, Error> {
        let mut session = self.write(Durability::Lazy).await?;
        if session.run(requeue(held)).await? == 0 {
            return Err(Error::LeaseLost);
        }
        let closed = session.first(attempt::close(&held.job_id, "handed_back", None)).await?;
        session.commit().await?;
        attempt::ended(&closed.ok_or(Error::LeaseLost)?)
    }
}

fn let_go_jobs() -> Statement {
    Statement::new(
        "update {job} set lease_until = {now} where finished_at is null and state = 'running'",
    )
}

fn let_go_deliveries() -> Statement {
    Statement::new(
        "update {delivery} set lease_until = {now}
          where state = 'pending' and lease_until is not null",
    )
}

fn take(token: &str, limit: usize, terms: Terms) -> Statement {
    Statement::new(
        "with due as materialized (
           select id from {job}
            where finished_at is null and cancel_requested_at is null and deadline_at > {now}
              and (state = 'queued' and run_at <= {now}
                or state = 'running' and lease_until <= {now} and crashes < $3)
            order by priority desc, run_at, id limit $4 {skip})
         update {job} set state = 'running', token = $1, lease_until = {now} + $2,
           attempts = attempts + 1, crashes = crashes + case when state = 'running' then 1 else 0 end,
           started_at = coalesce(started_at, {now}), last_seq = last_seq + 1
         where id in (select id from due)
         returning id, tenant, flow, flow_version, input, attempts, errors,
           deadline_at - {now} as remaining, usage, degraded, traceparent, tracestate",
    )
    .bind(token)
    .bind(micros(terms.lease))
    .bind(i64::from(terms.max_crashes))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
}

fn prolong(held: &[Held], lease: Duration) -> Statement {
    // Ids beside tokens, since the jobs of one claim share a token, and one of them may be given up.
    Statement::new(
        "update {job} set lease_until = {now} + $1
          where id {in 2} and token {in 3} and state = 'running'
          returning id, cancel_requested_at,
            cast(case when deadline_at <= {now} then 1 else 0 end as bigint) as is_overdue",
    )
    .bind(micros(lease))
    .bind_list(held.iter().map(|held| held.job_id.as_str()))
    .bind_list(held.iter().map(|held| held.token.as_str()))
}

fn requeue(held: &Held) -> Statement {
    Statement::new(
        "update {job} set state = 'queued', run_at = {now}, token = null, lease_until = null
          where id = $1 and token = $2 and state = 'running'",
    )
    .bind(held.job_id.as_str())
    .bind(held.token.as_str())
}

/// Ends the attempts of workers that died. A first attempt has none before it.
async fn note_lost(session: &mut Session, claims: &mut [Claim], token: &str) -> Result<(), Error> {
    let again: Vec<&str> = claims
        .iter()
        .filter(|claim| claim.attempt > 1)
        .map(|claim| claim.held.job_id.as_str())
        .collect();
    if again.is_empty() {
        return Ok(());
    }
    for row in session.all(attempt::close_lost(&again, token)).await? {
        let job_id = row.text("job_id")?;
        let lost = attempt::ended(&row)?;
        of_job(claims, &job_id, |claim| claim.lost = Some(lost));
    }
    Ok(())
}

fn of_job(claims: &mut [Claim], id: &str, change: impl FnOnce(&mut Claim)) {
    if let Some(claim) = claims.iter_mut().find(|claim| claim.held.job_id == id) {
        change(claim);
    }
}

fn from_row(row: &Row, token: &str) -> Result<Claim, Error> {
    let tenant = row.text("tenant")?;
    let remaining = u64::try_from(row.int("remaining")?).unwrap_or(0);
    Ok(Claim {
        held: Held { job_id: row.text("id")?, token: token.to_owned() },
        tenant: Tenant::new(&tenant).ok_or_else(|| Error::broken("a row names no tenant"))?,
        flow: row.text("flow")?,
        flow_version: row.text("flow_version")?,
        input: String::from_utf8(row.bytes("input")?).map_err(Error::broken)?,
        attempt: row.count("attempts")?,
        span_id: String::new(),
        errors: row.count("errors")?,
        remaining: Duration::from_micros(remaining),
        usage: row.json("usage")?.unwrap_or_default(),
        degraded: row.json("degraded")?.unwrap_or_default(),
        traceparent: row.text("traceparent")?,
        tracestate: row.text_opt("tracestate")?,
        lost: None,
    })
}

fn pulse(row: &Row) -> Result<Pulse, Error> {
    Ok(Pulse {
        job_id: row.text("id")?,
        is_cancel_requested: row.int_opt("cancel_requested_at")?.is_some(),
        is_overdue: row.flag("is_overdue")?,
    })
}
