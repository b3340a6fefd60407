//! How the queue is doing, over all tenants: for whoever operates it.

use std::time::Duration;

use crate::error::Error;
use crate::store::{Statement, Store};

/// Deliveries are counted no further than this.
const MOST_DEAD: i64 = 10_000;

/// How the queue is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauges {
    /// How many jobs could run and do not.
    pub waiting: u32,
    /// How long the oldest of them could have run; zero where there is none.
    pub oldest: Duration,
    /// How many deliveries were given up and not replayed, up to ten thousand.
    pub dead: u32,
}

impl Store {
    /// How the queue is doing now.
    pub async fn gauges(&self) -> Result<Gauges, Error> {
        let mut session = self.read().await?;
        let broken = || Error::broken("a count returned no row");
        let queue = session.first(queue()).await?.ok_or_else(broken)?;
        let dead = session.first(dead()).await?.ok_or_else(broken)?;
        Ok(Gauges {
            waiting: queue.count("waiting")?,
            oldest: Duration::from_micros(u64::try_from(queue.int("oldest")?).unwrap_or(0)),
            dead: dead.count("dead")?,
        })
    }
}

/// Jobs that are due, and those whose worker died: what a claim would take.
fn queue() -> Statement {
    Statement::new(
        "select count(*) as waiting, coalesce({now} - min(since), 0) as oldest from (
           select case when state = 'running' then lease_until else run_at end as since from {job}
            where finished_at is null and cancel_requested_at is null and deadline_at > {now}
              and (state = 'queued' and run_at <= {now}
                or state = 'running' and lease_until <= {now})) as due",
    )
}

fn dead() -> Statement {
    Statement::new(
        "select count(*) as dead from (
           select 1 from {delivery} where state = 'dead' limit $1) as given_up",
    )
    .bind(MOST_DEAD)
}
