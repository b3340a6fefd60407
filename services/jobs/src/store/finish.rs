//! A job ends: result, usage, event and delivery are one commit.

use chassis::auth::Tenant;
use serde_json::json;

use crate::error::Error;
use crate::job::{Job, Problem, State};
use crate::outbox::Letter;
use crate::store::claim::{EndedAttempt, Held};
use crate::store::progress::{Totals, step_finished};
use crate::store::step::{StepRecord, StepStatus};
use crate::store::{Durability, Session, Statement, Store, attempt, event, job, step};

/// How a job ends.
#[derive(Clone, Debug)]
pub enum Ending {
    /// With this result, JSON as text.
    Succeeded(String),
    /// With this problem.
    Failed(Problem),
    /// Because somebody asked for that.
    Cancelled,
    /// Because its time was over.
    Expired,
}

/// A job that has ended, and what its end left behind.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The job as it is now, with its result.
    pub job: Job,
    /// The attempt that ended with it, where one was open.
    pub attempt: Option<EndedAttempt>,
    /// Whether a delivery was made.
    pub has_delivery: bool,
}

/// Who may end the job.
#[derive(Clone, Copy)]
enum Fence<'a> {
    /// The worker that holds it.
    Held(&'a Held),
    /// Anybody, as long as no worker holds it.
    Unheld(&'a str),
}

impl Ending {
    /// The state that it leads to.
    pub fn state(&self) -> State {
        match self {
            Self::Succeeded(_) => State::Succeeded,
            Self::Failed(_) => State::Failed,
            Self::Cancelled => State::Cancelled,
            Self::Expired => State::Expired,
        }
    }

    fn result(&self) -> Option<&str> {
        match self {
            Self::Succeeded(result) => Some(result),
            Self::Failed(_) | Self::Cancelled | Self::Expired => None,
        }
    }

    /// What the job says of it.
    pub fn problem(&self) -> Option<Problem> {
        match self {
            Self::Succeeded(_) => None,
            Self::Failed(problem) => Some(problem.clone()),
            Self::Cancelled => Some(Problem::new("cancelled", "somebody asked to cancel the job")),
            Self::Expired => {
                Some(Problem::new("deadline_exceeded", "the job's time was over").retryable())
            }
        }
    }

    /// What the attempt that ends with the job says of it.
    fn outcome(&self) -> &'static str {
        match self {
            Self::Succeeded(_) => "ok",
            Self::Failed(_) => "error",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

impl Store {
    /// Ends a job that this worker holds, together with the step that it ran last.
    pub async fn finish(
        &self,
        held: &Held,
        ending: &Ending,
        last: Option<&StepRecord>,
        totals: &Totals,
    ) -> Result<Ended, Error> {
        let mut session = self.write(Durability::Full).await?;
        let ended = self.end(&mut session, Fence::Held(held), ending, last, Some(totals)).await?;
        session.commit().await?;
        Ok(ended)
    }

    /// Ends a job that no worker holds; an error where one does, or where it has ended.
    pub async fn finish_unheld(&self, job: &str, ending: &Ending) -> Result<Ended, Error> {
        let mut session = self.write(Durability::Full).await?;
        let ended = self.end(&mut session, Fence::Unheld(job), ending, None, None).await?;
        session.commit().await?;
        Ok(ended)
    }

    /// Asks a job to stop; one that no worker holds ends at once.
    pub async fn cancel(&self, tenant: &Tenant, id: &str) -> Result<(Job, Option<Ended>), Error> {
        let mut session = self.write(Durability::Full).await?;
        let asked = session.first(ask(tenant, id)).await?;
        let mut ended = None;
        if let Some(row) = asked {
            let (seq, attempt) = (row.int("last_seq")?, row.count("attempts")?);
            let event = event::insert(id, seq, event::CANCEL_REQUESTED, "", attempt, None);
            session.run(event).await?;
            if row.text("state")? != State::Running.name() {
                let fence = Fence::Unheld(id);
                ended = Some(self.end(&mut session, fence, &Ending::Cancelled, None, None).await?);
            }
        }
        let job = job::job(&mut session, tenant, id).await?;
        session.commit().await?;
        Ok((job, ended))
    }

    async fn end(
        &self,
        session: &mut Session,
        fence: Fence<'_>,
        ending: &Ending,
        last: Option<&StepRecord>,
        totals: Option<&Totals>,
    ) -> Result<Ended, Error> {
        // One event for the job, and one before it for a step that became a checkpoint.
        let is_checkpoint =
            |record: &&StepRecord| matches!(record.status, StepStatus::Ok | StepStatus::Skipped);
        let checkpoint = last.filter(is_checkpoint);
        let events = 1 + i64::from(checkpoint.is_some());
        let row = session.first(close(fence, ending, totals, events)?).await?;
        let row = row.ok_or(Error::LeaseLost)?;
        let mut job = Job { result: ending.result().map(str::to_owned), ..job::from_row(&row)? };
        let seq = row.int("last_seq")?;
        if let Some(record) = checkpoint {
            session.run(step_finished(&job.id, seq - 1, job.attempts, record)).await?;
        }
        if let Some(record) = last {
            session.run(step::insert(&job.id, job.attempts, record)).await?;
        }
        let attempt = close_attempt(session, fence, &job, ending).await?;
        session.run(ended_event(&job, seq, last)).await?;
        let letter = self.outbox.letter(&job)?;
        if let Some(letter) = &letter {
            session.run(post(&job, letter)).await?;
        }
        job::add_deliveries(session, std::slice::from_mut(&mut job)).await?;
        Ok(Ended { job, attempt, has_delivery: letter.is_some() })
    }
}

async fn close_attempt(
    session: &mut Session,
    fence: Fence<'_>,
    job: &Job,
    ending: &Ending,
) -> Result<Option<EndedAttempt>, Error> {
    if job.attempts == 0 {
        return Ok(None);
    }
    let outcome = match fence {
        Fence::Held(_) => ending.outcome(),
        Fence::Unheld(_) => "lost",
    };
    let code = job.error.as_ref().map(|problem| problem.code.as_str());
    let row = session.first(attempt::close(&job.id, outcome, code)).await?;
    row.as_ref().map(attempt::ended).transpose()
}

fn ended_event(job: &Job, seq: i64, last: Option<&StepRecord>) -> Statement {
    let detail = job.error.as_ref().map(|problem| {
        json!({ "code": problem.code, "message": problem.message, "hop": problem.hop }).to_string()
    });
    let failed = last.filter(|record| record.status == StepStatus::Error);
    let step = failed.map_or("", |record| record.step.as_str());
    event::insert(&job.id, seq, job.state.name(), step, job.attempts, detail)
}

fn ask(tenant: &Tenant, id: &str) -> Statement {
    Statement::new(
        "update {job} set cancel_requested_at = {now}, last_seq = last_seq + 1
          where id = $1 and tenant = $2 and finished_at is null and cancel_requested_at is null
          returning last_seq, attempts, state",
    )
    .bind(id)
    .bind(tenant.as_str())
}

fn close(
    fence: Fence<'_>,
    ending: &Ending,
    totals: Option<&Totals>,
    events: i64,
) -> Result<Statement, Error> {
    let problem = ending.problem().map(|problem| serde_json::to_vec(&problem)).transpose();
    let (id, token) = match fence {
        Fence::Held(held) => (held.job_id.as_str(), Some(held.token.as_str())),
        Fence::Unheld(id) => (id, None),
    };
    let statement = Statement::new(concat!(
        "update {job} set state = $3, result = $4, error = $5, usage = coalesce($6, usage),
           degraded = coalesce($7, degraded), finished_at = {now}, token = null, lease_until = null,
           last_seq = last_seq + $8
          where id = $1 and finished_at is null and (token = $2 and state = 'running'
            or $2 is null and (state <> 'running' or lease_until <= {now}))
          returning ",
        job::columns!()
    ))
    .bind(id)
    .bind(token)
    .bind(ending.state().name())
    .bind(ending.result().map(|result| result.as_bytes().to_vec()))
    .bind(problem.map_err(Error::broken)?);
    Ok(statement
        .bind(totals.map(Totals::usage_json).transpose()?)
        .bind(totals.map(Totals::degraded_json).transpose()?)
        .bind(events))
}

fn post(job: &Job, letter: &Letter) -> Statement {
    Statement::new(
        "insert into {delivery} (id, tenant, job_id, url, origin, type, body, state, since, next_at,
           traceparent, tracestate, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'pending', {now}, {now}, $8, $9, {now})",
    )
    .bind(letter.id.as_str())
    .bind(job.tenant.as_str())
    .bind(job.id.as_str())
    .bind(letter.address.url.as_str())
    .bind(letter.address.origin.as_str())
    .bind(letter.kind.as_str())
    .bind(letter.body.clone())
    .bind(job.traceparent.as_str())
    .bind(job.tracestate.as_deref())
}
