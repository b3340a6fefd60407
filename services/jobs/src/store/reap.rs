//! Jobs that must end although no worker runs them. Together with the claim's, its condition
//! covers every job that is not held: there is no state without a way out.

use crate::error::Error;
use crate::store::{Row, Statement, Store};

/// Why a job that no worker holds must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doom {
    /// Somebody asked to cancel it.
    Cancelled,
    /// Its time is over.
    Expired,
    /// It brought down too many workers.
    Poison,
}

impl Store {
    /// Jobs that must end and that no worker holds, those whose time was over first coming first.
    pub async fn doomed(&self, max_crashes: u32, limit: u32) -> Result<Vec<(String, Doom)>, Error> {
        let rows = self.read().await?.all(doomed(max_crashes, limit)).await?;
        rows.iter().map(|row| Ok((row.text("id")?, doom(row)?))).collect()
    }
}

fn doomed(max_crashes: u32, limit: u32) -> Statement {
    Statement::new(
        "select id, cancel_requested_at,
           cast(case when deadline_at <= {now} then 1 else 0 end as bigint) as is_overdue
          from {job} where finished_at is null and (
            state <> 'running' and (deadline_at <= {now} or cancel_requested_at is not null)
            or state = 'running' and lease_until <= {now}
              and (deadline_at <= {now} or cancel_requested_at is not null or crashes >= $1))
          order by deadline_at limit $2",
    )
    .bind(i64::from(max_crashes))
    .bind(i64::from(limit))
}

fn doom(row: &Row) -> Result<Doom, Error> {
    if row.int_opt("cancel_requested_at")?.is_some() {
        return Ok(Doom::Cancelled);
    }
    Ok(if row.flag("is_overdue")? { Doom::Expired } else { Doom::Poison })
}
