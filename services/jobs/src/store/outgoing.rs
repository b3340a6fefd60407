//! Deliveries on their way out: claimed, sent, and settled.

use std::time::Duration;

use chassis::clock::Time;
use uuid::Uuid;

use crate::delivery::State;
use crate::error::Error;
use crate::store::claim::EndedAttempt;
use crate::store::{Durability, Row, Statement, Store, micros};

/// First attempts and repeated ones wait in lanes of their own, so that neither starves the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Never failed so far.
    First,
    /// Failed at least once.
    Again,
}

/// What proves that a worker holds a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeldDelivery {
    /// The delivery.
    pub id: String,
    /// The claim's token.
    pub token: String,
}

/// A delivery that a worker took.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// What proves it.
    pub held: HeldDelivery,
    /// The job whose end it tells.
    pub job_id: String,
    /// Where it goes, byte for byte.
    pub url: String,
    /// The scheme, host and port of that.
    pub origin: String,
    /// The credential that its job brought for it, sealed.
    pub callback_auth: Option<Vec<u8>>,
    /// What the webhook reads, signed as it stands.
    pub body: Vec<u8>,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// How many attempts failed since it was made or replayed.
    pub failures: u32,
    /// How long ago it was made or replayed.
    pub age: Duration,
    /// The attempt's span.
    pub span_id: String,
    /// The context of the span that accepted the job.
    pub traceparent: String,
    /// What vendors added to the trace.
    pub tracestate: Option<String>,
    /// The attempt whose worker died, where this claim found one.
    pub lost: Option<EndedAttempt>,
}

/// What becomes of a delivery after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The webhook acknowledged it.
    Delivered,
    /// It is tried again after this long.
    Retry(Duration),
    /// It is given up.
    Dead,
}

/// What an attempt brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status, where one came back.
    pub status: Option<u16>,
    /// Why it did not succeed.
    pub error: Option<String>,
}

impl Store {
    /// In which lanes something is due, but for what waits for the origins in `full`.
    pub async fn due_lanes(&self, full: &[String]) -> Result<Vec<Lane>, Error> {
        let rows = self.read().await?.all(due_lanes(full)).await?;
        let lane = |row: &Row| Ok(if row.flag("has_failed")? { Lane::Again } else { Lane::First });
        rows.iter().map(lane).collect()
    }

    /// Takes due deliveries, one per job at a time, as far as `has_room` lets each origin have one more.
    ///
    /// Origins in `full` are not looked at, so that what waits for them stands in nobody's way.
    pub async fn claim_deliveries(
        &self,
        lane: Lane,
        limit: u32,
        full: &[String],
        lease: Duration,
        mut has_room: impl FnMut(&str) -> bool + Send,
    ) -> Result<Vec<Outgoing>, Error> {
        let mut session = self.write(Durability::Lazy).await?;
        let mut ids = Vec::new();
        for row in session.all(due(lane, limit, full)).await? {
            if has_room(&row.text("origin")?) {
                ids.push(row.text("id")?);
            }
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let token = Uuid::now_v7().to_string();
        let mut taken = Vec::with_capacity(ids.len());
        for row in session.all(take(&ids, &token, lease)).await? {
            taken.push(from_row(&row, &token)?);
        }
        for row in session.all(close_lost(&ids)).await? {
            let (id, lost) = (row.text("delivery_id")?, attempt(&row)?);
            of(&mut taken, &id, |delivery| delivery.lost = Some(lost));
        }
        for row in session.all(open(&ids)).await? {
            let (id, span_id) = (row.text("delivery_id")?, row.text("span_id")?);
            of(&mut taken, &id, |delivery| delivery.span_id = span_id);
        }
        session.commit().await?;
        Ok(taken)
    }

    /// Prolongs leases; what is missing in the answer is lost.
    pub async fn heartbeat_deliveries(
        &self,
        held: &[HeldDelivery],
        lease: Duration,
    ) -> Result<Vec<String>, Error> {
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = self.write(Durability::Lazy).await?;
        let rows = session.all(prolong(held, lease)).await?;
        session.commit().await?;
        rows.iter().map(|row| row.text("id")).collect()
    }

    /// Writes down what an attempt brought; answers the attempt with its times.
    pub async fn settle(
        &self,
        held: &HeldDelivery,
        fate: Fate,
        answered: &Answered,
    ) -> Result<EndedAttempt, Error> {
        let mut session = self.write(Durability::Lazy).await?;
        if session.run(settle(held, fate)).await? == 0 {
            return Err(Error::LeaseLost);
        }
        let row = session.first(close(&held.id, answered)).await?.ok_or(Error::LeaseLost)?;
        session.commit().await?;
        attempt(&row)
    }
}

fn due_lanes(full: &[String]) -> Statement {
    Statement::new(
        "select distinct cast(case when failures > 0 then 1 else 0 end as bigint) as has_failed
          from {delivery} where state = 'pending' and next_at <= {now}
            and (lease_until is null or lease_until <= {now}) and not origin {in 1}
          order by has_failed",
    )
    .bind_list(full.iter().map(String::as_str))
}

fn due(lane: Lane, limit: u32, full: &[String]) -> Statement {
    Statement::new(
        "select id, origin from {delivery} as mine
          where state = 'pending' and next_at <= {now}
            and (lease_until is null or lease_until <= {now})
            and (case when failures > 0 then 1 else 0 end) = $2 and not origin {in 1}
            and not exists (select 1 from {delivery} as other where other.job_id = mine.job_id
              and other.id <> mine.id and other.state = 'pending' and other.lease_until > {now})
          order by next_at, id limit $3 {skip}",
    )
    .bind_list(full.iter().map(String::as_str))
    .bind(match lane {
        Lane::First => 0,
        Lane::Again => 1,
    })
    .bind(i64::from(limit))
}

fn take(ids: &[String], token: &str, lease: Duration) -> Statement {
    Statement::new(
        "update {delivery} set token = $2, lease_until = {now} + $3, attempts = attempts + 1
          where id {in 1}
          returning id, job_id, url, origin, body, attempts, failures, {now} - since as age,
            traceparent, tracestate,
            (select told.callback_auth from {job} as told where told.id = job_id) as callback_auth",
    )
    .bind_list(ids.iter().map(String::as_str))
    .bind(token)
    .bind(micros(lease))
}

fn open(ids: &[String]) -> Statement {
    Statement::new(
        "insert into {delivery_attempt} (delivery_id, number, span_id, started_at)
         select id, attempts, {span}, {now} from {delivery} where id {in 1}
         returning delivery_id, span_id",
    )
    .bind_list(ids.iter().map(String::as_str))
}

fn close_lost(ids: &[String]) -> Statement {
    Statement::new(
        "update {delivery_attempt} set ended_at = {now}, error = 'its worker died'
          where delivery_id {in 1} and ended_at is null
          returning delivery_id, number, span_id, started_at, ended_at",
    )
    .bind_list(ids.iter().map(String::as_str))
}

fn prolong(held: &[HeldDelivery], lease: Duration) -> Statement {
    Statement::new(
        "update {delivery} set lease_until = {now} + $1
          where id {in 2} and token {in 3} and state = 'pending' returning id",
    )
    .bind(micros(lease))
    .bind_list(held.iter().map(|held| held.id.as_str()))
    .bind_list(held.iter().map(|held| held.token.as_str()))
}

fn settle(held: &HeldDelivery, fate: Fate) -> Statement {
    let (state, failed, wait) = match fate {
        Fate::Delivered => (State::Delivered, 0, Duration::ZERO),
        Fate::Retry(wait) => (State::Pending, 1, wait),
        Fate::Dead => (State::Dead, 1, Duration::ZERO),
    };
    Statement::new(
        "update {delivery} set state = $3, failures = failures + $4, next_at = {now} + $5,
           token = null, lease_until = null,
           finished_at = case when $3 = 'pending' then null else {now} end
          where id = $1 and token = $2 and state = 'pending'",
    )
    .bind(held.id.as_str())
    .bind(held.token.as_str())
    .bind(state.name())
    .bind(failed)
    .bind(micros(wait))
}

fn close(id: &str, answered: &Answered) -> Statement {
    Statement::new(
        "update {delivery_attempt} set ended_at = {now}, status = $2, error = $3
          where delivery_id = $1 and ended_at is null
          returning number, span_id, started_at, ended_at",
    )
    .bind(id)
    .bind(answered.status.map(i64::from))
    .bind(answered.error.as_deref())
}

fn of(taken: &mut [Outgoing], id: &str, change: impl FnOnce(&mut Outgoing)) {
    if let Some(delivery) = taken.iter_mut().find(|delivery| delivery.held.id == id) {
        change(delivery);
    }
}

fn attempt(row: &Row) -> Result<EndedAttempt, Error> {
    Ok(EndedAttempt {
        number: row.count("number")?,
        span_id: row.text("span_id")?,
        started_at: row.time("started_at")?,
        ended_at: row.time_opt("ended_at")?.unwrap_or(Time::from_micros(0)),
    })
}

fn from_row(row: &Row, token: &str) -> Result<Outgoing, Error> {
    Ok(Outgoing {
        held: HeldDelivery { id: row.text("id")?, token: token.to_owned() },
        job_id: row.text("job_id")?,
        url: row.text("url")?,
        origin: row.text("origin")?,
        callback_auth: row.bytes_opt("callback_auth")?,
        body: row.bytes("body")?,
        attempt: row.count("attempts")?,
        failures: row.count("failures")?,
        age: Duration::from_micros(u64::try_from(row.int("age")?).unwrap_or(0)),
        span_id: String::new(),
        traceparent: row.text("traceparent")?,
        tracestate: row.text_opt("tracestate")?,
        lost: None,
    })
}
