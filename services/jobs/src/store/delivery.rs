//! Reading deliveries, and sending one once more.

use std::collections::HashMap;

use chassis::auth::Tenant;

use crate::delivery::{Attempt, Delivery, Filter, State};
use crate::error::Error;
use crate::store::{Durability, Row, Session, Statement, Store};

/// What a [`Delivery`] is read from.
macro_rules! columns {
    () => {
        "id, job_id, url, state, type, created_at, next_at"
    };
}

impl Store {
    /// A tenant's deliveries with their attempts, the latest first, after the one with the id `before`.
    pub async fn deliveries(
        &self,
        tenant: &Tenant,
        filter: &Filter,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Delivery>, Error> {
        let mut session = self.read().await?;
        let rows = session.all(list(tenant, filter, before, limit)).await?;
        let mut deliveries = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        add_attempts(&mut session, &mut deliveries).await?;
        Ok(deliveries)
    }

    /// Makes a delivery due now, under its own id; one that was settled begins a schedule anew.
    pub async fn replay(&self, tenant: &Tenant, id: &str) -> Result<Delivery, Error> {
        let mut session = self.write(Durability::Full).await?;
        let row = session.first(revive(tenant, id)).await?;
        let row = row.ok_or_else(|| Error::DeliveryNotFound(id.to_owned()))?;
        let mut deliveries = [from_row(&row)?];
        add_attempts(&mut session, &mut deliveries).await?;
        session.commit().await?;
        let [delivery] = deliveries;
        Ok(delivery)
    }
}

fn list(tenant: &Tenant, filter: &Filter, before: Option<&str>, limit: u32) -> Statement {
    Statement::new(concat!(
        "select ",
        columns!(),
        " from {delivery} where tenant = $1
            and ($2 is null or job_id = $2) and ($3 is null or state = $3) and ($4 is null or id < $4)
          order by id desc limit $5"
    ))
    .bind(tenant.as_str())
    .bind(filter.job_id.as_deref())
    .bind(filter.state.map(State::name))
    .bind(before)
    .bind(i64::from(limit))
}

fn revive(tenant: &Tenant, id: &str) -> Statement {
    Statement::new(concat!(
        "update {delivery} set state = 'pending', next_at = {now}, finished_at = null,
           since = case when state = 'pending' then since else {now} end,
           failures = case when state = 'pending' then failures else 0 end
          where id = $1 and tenant = $2 returning ",
        columns!()
    ))
    .bind(id)
    .bind(tenant.as_str())
}

fn attempts_of<'a>(deliveries: impl Iterator<Item = &'a str>) -> Statement {
    Statement::new(
        "select delivery_id, span_id, started_at, ended_at, status, error from {delivery_attempt}
          where delivery_id {in 1} order by delivery_id, number",
    )
    .bind_list(deliveries)
}

async fn add_attempts(session: &mut Session, deliveries: &mut [Delivery]) -> Result<(), Error> {
    let ids = deliveries.iter().map(|delivery| delivery.id.as_str());
    let mut attempts: HashMap<String, Vec<Attempt>> = HashMap::new();
    for row in session.all(attempts_of(ids)).await? {
        attempts.entry(row.text("delivery_id")?).or_default().push(attempt(&row)?);
    }
    for delivery in deliveries {
        delivery.attempts = attempts.remove(&delivery.id).unwrap_or_default();
    }
    Ok(())
}

fn from_row(row: &Row) -> Result<Delivery, Error> {
    let state = row.text("state")?.parse().map_err(Error::broken)?;
    let next_at = row.time("next_at")?;
    Ok(Delivery {
        id: row.text("id")?,
        job_id: row.text("job_id")?,
        url: row.text("url")?,
        state,
        kind: row.text("type")?,
        attempts: Vec::new(),
        created_at: row.time("created_at")?,
        next_at: (state == State::Pending).then_some(next_at),
    })
}

fn attempt(row: &Row) -> Result<Attempt, Error> {
    let at = row.time("started_at")?;
    let status = row.int_opt("status")?;
    Ok(Attempt {
        at,
        status: status.and_then(|status| u16::try_from(status).ok()),
        took: row.time_opt("ended_at")?.map(|end| end.since(at)),
        error: row.text_opt("error")?,
        span_id: row.text("span_id")?,
    })
}
