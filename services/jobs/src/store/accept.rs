//! A job becomes a committed row, once per idempotency key.

use std::sync::Arc;
use std::time::Duration;

use chassis::auth::Tenant;
use chassis::clock::Time;

use crate::error::Error;
use crate::job::Job;
use crate::outbox::Address;
use crate::store::{Durability, Session, Statement, Store, event, job, micros};

/// A job that is not a row yet.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub tenant: Tenant,
    /// The flow that it runs.
    pub flow: FlowVersion,
    /// Its input, JSON as text.
    pub input: String,
    /// What the caller wants back, JSON as text.
    pub correlation: Option<String>,
    /// Whom to tell.
    pub callback: Option<Address>,
    /// What that asks for before it lets us in, sealed.
    pub callback_auth: Option<Vec<u8>>,
    /// Under which key the same request is the same job.
    pub key: Option<Key>,
    /// Jobs of a higher priority are claimed first.
    pub priority: i32,
    /// When it may begin; the past and `None` mean at once.
    pub run_at: Option<Time>,
    /// How long it may take from when it may begin.
    pub deadline: Duration,
    /// The context of the span that accepts it, as a `traceparent`.
    pub traceparent: String,
    /// What vendors added to the trace.
    pub tracestate: Option<String>,
    /// The span that accepts it.
    pub accept_span_id: String,
    /// The span above that one.
    pub parent_span_id: Option<String>,
    /// How long ago its request arrived.
    pub age: Duration,
}

/// A version of a flow, with what is kept of it at first use.
#[derive(Clone, Debug)]
pub struct FlowVersion {
    /// The flow's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The folder as bytes; `None` where it is known to be kept.
    pub archive: Option<Arc<[u8]>>,
}

/// An idempotency key with what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub key: String,
    /// The sha256 of what was asked for.
    pub fingerprint: String,
    /// The same by keys that were in use before.
    pub older: Vec<String>,
    /// How long the key is remembered.
    pub keep: Duration,
}

/// What came of accepting.
#[derive(Clone, Debug)]
pub enum Accepted {
    /// The job is new.
    New(Box<Job>),
    /// The key's job was accepted before.
    Known(Box<Job>),
}

impl Store {
    /// The job that was accepted under this key before; an error where that was another request.
    pub async fn known(&self, tenant: &Tenant, key: &Key) -> Result<Option<Job>, Error> {
        known(&mut self.read().await?, tenant, key).await
    }

    /// Commits the job, its first event, its key, and its flow's archive where that is new.
    pub async fn accept(&self, new: &NewJob) -> Result<Accepted, Error> {
        let mut session = self.write(Durability::Full).await?;
        if let Some(key) = &new.key
            && session.run(take_key(new, key)).await? == 0
        {
            let known = known(&mut session, &new.tenant, key).await?;
            return known.map(|job| Accepted::Known(Box::new(job))).ok_or(Error::KeyReused);
        }
        if let Some(archive) = &new.flow.archive {
            session.run(keep_archive(&new.flow, archive)).await?;
        }
        let row = session.first(insert(new)).await?;
        let job = row.as_ref().map(job::from_row).transpose()?;
        let job = job.ok_or_else(|| Error::broken("an insert returned no row"))?;
        session.run(event::insert(&job.id, 1, event::ACCEPTED, "", 0, None)).await?;
        session.commit().await?;
        Ok(Accepted::New(Box::new(job)))
    }

    /// The archive of a flow's version.
    pub async fn flow_archive(&self, version: &str) -> Result<Option<Vec<u8>>, Error> {
        let select = Statement::new("select archive from {flow_archive} where version = $1");
        let row = self.read().await?.first(select.bind(version)).await?;
        row.map(|row| row.bytes("archive")).transpose()
    }
}

async fn known(session: &mut Session, tenant: &Tenant, key: &Key) -> Result<Option<Job>, Error> {
    let Some(row) = session.first(find_key(tenant, key)).await? else { return Ok(None) };
    let found = row.text("fingerprint")?;
    if found != key.fingerprint && !key.older.contains(&found) {
        return Err(Error::KeyReused);
    }
    let id = row.text("job_id")?;
    job::job(session, tenant, &id).await.map(Some)
}

fn find_key(tenant: &Tenant, key: &Key) -> Statement {
    Statement::new(
        "select fingerprint, job_id from {idempotency}
          where tenant = $1 and key = $2 and expires_at > {now}",
    )
    .bind(tenant.as_str())
    .bind(key.key.as_str())
}

/// Touches no row while the key stands for a job; on Postgres it waits for whoever is taking it.
fn take_key(new: &NewJob, key: &Key) -> Statement {
    Statement::new(
        "insert into {idempotency} as old (tenant, key, fingerprint, job_id, created_at, expires_at)
         values ($1, $2, $3, $4, {now}, {now} + $5)
         on conflict (tenant, key) do update set fingerprint = excluded.fingerprint,
           job_id = excluded.job_id, created_at = excluded.created_at, expires_at = excluded.expires_at
         where old.expires_at <= {now}",
    )
    .bind(new.tenant.as_str())
    .bind(key.key.as_str())
    .bind(key.fingerprint.as_str())
    .bind(new.id.as_str())
    .bind(micros(key.keep))
}

fn keep_archive(flow: &FlowVersion, archive: &[u8]) -> Statement {
    Statement::new(
        "insert into {flow_archive} (version, flow, archive, created_at)
         values ($1, $2, $3, {now}) on conflict (version) do nothing",
    )
    .bind(flow.version.as_str())
    .bind(flow.name.as_str())
    .bind(archive.to_vec())
}

fn insert(new: &NewJob) -> Statement {
    let key = new.key.as_ref();
    Statement::new(concat!(
        "insert into {job} (id, tenant, flow, flow_version, state, input, correlation, callback_url,
           callback_origin, idempotency_key, fingerprint, priority, run_at, deadline_at, traceparent,
           tracestate, accept_span_id, parent_span_id, received_at, created_at, last_seq, callback_auth)
         values ($1, $2, $3, $4, 'queued', $5, $6, $7, $8, $9, $10, $11,
           case when $12 > {now} then $12 else {now} end,
           case when $12 > {now} then $12 else {now} end + $13,
           $14, $15, $16, $17, {now} - $18, {now}, 1, $19)
         returning ",
        job::columns!()
    ))
    .bind(new.id.as_str())
    .bind(new.tenant.as_str())
    .bind(new.flow.name.as_str())
    .bind(new.flow.version.as_str())
    .bind(new.input.clone().into_bytes())
    .bind(new.correlation.clone().map(String::into_bytes))
    .bind(new.callback.as_ref().map(|callback| callback.url.as_str()))
    .bind(new.callback.as_ref().map(|callback| callback.origin.as_str()))
    .bind(key.map(|key| key.key.as_str()))
    .bind(key.map(|key| key.fingerprint.as_str()))
    .bind(i64::from(new.priority))
    .bind(new.run_at.map(Time::micros))
    .bind(micros(new.deadline))
    .bind(new.traceparent.as_str())
    .bind(new.tracestate.as_deref())
    .bind(new.accept_span_id.as_str())
    .bind(new.parent_span_id.as_deref())
    .bind(micros(new.age))
    .bind(new.callback_auth.clone())
}
