//! Reading jobs.

use chassis::auth::Tenant;

use crate::delivery::Short;
use crate::error::Error;
use crate::job::{Filter, Job, State};
use crate::outbox::Address;
use crate::store::{Row, Session, Statement, Store};

/// What a [`Job`] is read from, without its result.
macro_rules! columns {
    () => {
        "id, tenant, flow, flow_version, state, correlation, callback_url, callback_origin, priority, run_at, \
         deadline_at, cancel_requested_at, attempts, traceparent, tracestate, parent_span_id, \
         received_at, created_at, started_at, finished_at, usage, error, degraded, last_seq"
    };
}
pub(super) use columns;

impl Store {
    /// A job of a tenant, with its result and its deliveries.
    pub async fn job(&self, tenant: &Tenant, id: &str) -> Result<Job, Error> {
        let mut session = self.read().await?;
        job(&mut session, tenant, id).await
    }

    /// A tenant's jobs without results, the latest first, after the one with the id `before`.
    pub async fn jobs(
        &self,
        tenant: &Tenant,
        filter: &Filter,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Job>, Error> {
        let mut session = self.read().await?;
        let rows = session.all(list(tenant, filter, before, limit)).await?;
        let mut jobs = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        add_deliveries(&mut session, &mut jobs).await?;
        Ok(jobs)
    }

    /// Whether as many jobs wait as may, counting no further than that.
    pub async fn queued(&self, limit: u32) -> Result<u32, Error> {
        let row = self.read().await?.first(count_queued(limit)).await?;
        row.map_or(Ok(0), |row| row.count("queued"))
    }
}

/// The job with its result and deliveries, in a session of the caller's.
pub(super) async fn job(session: &mut Session, tenant: &Tenant, id: &str) -> Result<Job, Error> {
    let row = session.first(by_id(tenant, id)).await?;
    let row = row.ok_or_else(|| Error::JobNotFound(id.to_owned()))?;
    let mut jobs = [Job { result: row.json_opt("result")?, ..from_row(&row)? }];
    add_deliveries(session, &mut jobs).await?;
    let [job] = jobs;
    Ok(job)
}

fn by_id(tenant: &Tenant, id: &str) -> Statement {
    Statement::new(concat!(
        "select ",
        columns!(),
        ", result from {job} where id = $1 and tenant = $2"
    ))
    .bind(id)
    .bind(tenant.as_str())
}

fn list(tenant: &Tenant, filter: &Filter, before: Option<&str>, limit: u32) -> Statement {
    Statement::new(concat!(
        "select ",
        columns!(),
        " from {job} where tenant = $1
            and ($2 is null or state = $2) and ($3 is null or flow = $3) and ($4 is null or id < $4)
          order by id desc limit $5"
    ))
    .bind(tenant.as_str())
    .bind(filter.state.map(State::name))
    .bind(filter.flow.as_deref())
    .bind(before)
    .bind(i64::from(limit))
}

fn count_queued(limit: u32) -> Statement {
    Statement::new(
        "select count(*) as queued from (
           select 1 from {job} where finished_at is null and state = 'queued' limit $1) as waiting",
    )
    .bind(i64::from(limit))
}

fn deliveries_of<'a>(jobs: impl Iterator<Item = &'a str>) -> Statement {
    Statement::new(
        "select id, job_id, state, attempts from {delivery} where job_id {in 1} order by id",
    )
    .bind_list(jobs)
}

/// Adds to jobs that have ended what became of their deliveries.
pub(super) async fn add_deliveries(session: &mut Session, jobs: &mut [Job]) -> Result<(), Error> {
    // Only an end makes one.
    let ended: Vec<&str> =
        jobs.iter().filter(|job| job.state.is_terminal()).map(|job| job.id.as_str()).collect();
    if ended.is_empty() {
        return Ok(());
    }
    for row in session.all(deliveries_of(ended.into_iter())).await? {
        let job_id = row.text("job_id")?;
        let short = Short {
            id: row.text("id")?,
            state: row.text("state")?.parse().map_err(Error::broken)?,
            attempts: row.count("attempts")?,
        };
        if let Some(job) = jobs.iter_mut().find(|job| job.id == job_id) {
            job.deliveries.push(short);
        }
    }
    Ok(())
}

/// A job as a row tells it, without result and deliveries.
pub(super) fn from_row(row: &Row) -> Result<Job, Error> {
    Ok(Job {
        id: row.text("id")?,
        tenant: row.text("tenant")?,
        flow: row.text("flow")?,
        flow_version: row.text("flow_version")?,
        state: row.text("state")?.parse().map_err(Error::broken)?,
        result: None,
        usage: row.json("usage")?.unwrap_or_default(),
        traceparent: row.text("traceparent")?,
        tracestate: row.text_opt("tracestate")?,
        parent_span_id: row.text_opt("parent_span_id")?,
        correlation: row.json_opt("correlation")?,
        callback: callback(row)?,
        error: row.json("error")?,
        degraded: row.json("degraded")?.unwrap_or_default(),
        received_at: row.time("received_at")?,
        created_at: row.time("created_at")?,
        started_at: row.time_opt("started_at")?,
        finished_at: row.time_opt("finished_at")?,
        deadline_at: row.time("deadline_at")?,
        attempts: row.count("attempts")?,
        priority: i32::try_from(row.int("priority")?).unwrap_or(0),
        run_at: row.time("run_at")?,
        is_cancel_requested: row.int_opt("cancel_requested_at")?.is_some(),
        deliveries: Vec::new(),
    })
}

fn callback(row: &Row) -> Result<Option<Address>, Error> {
    let (url, origin) = (row.text_opt("callback_url")?, row.text_opt("callback_origin")?);
    Ok(url.zip(origin).map(|(url, origin)| Address { url, origin }))
}
