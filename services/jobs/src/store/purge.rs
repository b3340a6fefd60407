//! What is old enough is forgotten.

use std::time::Duration;

use crate::error::Error;
use crate::store::{Durability, Statement, Store, micros};

/// How many jobs one transaction deletes, so that it does not hold the store for long.
const BATCH: i64 = 500;

impl Store {
    /// Deletes jobs that ended longer ago than `keep` and owe no delivery; says how many, a batch at most.
    pub async fn purge_jobs(&self, keep: Duration) -> Result<u64, Error> {
        let mut session = self.write(Durability::Lazy).await?;
        let count = session.run(old_jobs(keep)).await?;
        session.commit().await?;
        Ok(count)
    }

    /// Deletes idempotency keys whose time is over; says how many.
    pub async fn purge_keys(&self) -> Result<u64, Error> {
        let mut session = self.write(Durability::Lazy).await?;
        let count = session
            .run(Statement::new("delete from {idempotency} where expires_at <= {now}"))
            .await?;
        session.commit().await?;
        Ok(count)
    }
}

fn old_jobs(keep: Duration) -> Statement {
    Statement::new(
        "delete from {job} where id in (
           select old.id from {job} as old where old.finished_at < {now} - $1
             and not exists (select 1 from {delivery} as owed
               where owed.job_id = old.id and owed.state = 'pending')
           order by old.finished_at limit $2)",
    )
    .bind(micros(keep))
    .bind(BATCH)
}
