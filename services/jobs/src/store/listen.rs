//! Notifications of Postgres.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::time::timeout;

use crate::error::Error;
use crate::store::{Pool, Statement, Store};

const CHANNEL: &str = "throughline_jobs";
/// After this long without a word the server is asked whether it is still there: a connection whose
/// other end vanished looks the same as one on which nobody speaks.
const SILENCE: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(3);

/// A connection that hears what other processes tell.
pub(crate) struct Listener(PgListener);

impl Store {
    /// Tells every process that listens.
    pub(crate) async fn notify(&self, text: &str) -> Result<(), Error> {
        let notify = Statement::new("select pg_notify($1, $2)").bind(CHANNEL).bind(text);
        let mut session = self.read().await?;
        session.run(notify).await?;
        session.commit().await
    }

    /// Listens; `None` where nobody else uses the store, or only a pooler can be reached.
    pub(crate) async fn listener(&self) -> Result<Option<Listener>, Error> {
        match &self.pool {
            Pool::Sqlite(_) => Ok(None),
            Pool::Postgres(postgres) => Ok(postgres.listener(CHANNEL).await?.map(Listener)),
        }
    }
}

impl Listener {
    /// The next text that somebody told; an error once the connection is lost.
    pub(crate) async fn recv(&mut self) -> Result<String, Error> {
        loop {
            match timeout(SILENCE, self.0.try_recv()).await {
                Ok(Ok(Some(notification))) => return Ok(notification.payload().to_owned()),
                Ok(Ok(None)) => return Err(gone("the connection was closed")),
                Ok(Err(error)) => return Err(error.into()),
                Err(_) => self.ask().await?,
            }
        }
    }

    async fn ask(&mut self) -> Result<(), Error> {
        let asked = timeout(ANSWER, sqlx::query("select 1").execute(&mut self.0)).await;
        match asked {
            Ok(answer) => answer.map(drop).map_err(Error::from),
            Err(_) => Err(gone("the server does not answer")),
        }
    }
}

fn gone(why: &str) -> Error {
    Error::Unavailable(why.into())
}
