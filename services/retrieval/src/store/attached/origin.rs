use chassis::secret::Source;
use sqlx::postgres::PgPool;
use tokio::sync::Mutex;

use crate::Fault;
use crate::config::Place;
use crate::store::attached::connect;

/// A database that tables are attached from, with its connections; all of its tables share them.
pub(crate) struct Origin {
    pub(super) place: Place,
    source: Source,
    pool: Mutex<Option<PgPool>>,
}

impl Origin {
    /// Connects to nothing yet.
    pub(crate) fn new(place: Place) -> Self {
        let source = Source::new(&place.url);
        Self { place, source, pool: Mutex::default() }
    }

    /// The connections; made where there are none, which may take as long as a connection may.
    pub(super) async fn pool(&self) -> Result<PgPool, Fault> {
        let mut held = self.pool.lock().await;
        if let Some(pool) = held.as_ref() {
            if self.source.changed().is_some() {
                pool.set_connect_options(connect::options(&self.place)?);
            }
            return Ok(pool.clone());
        }
        let pool = connect::pool(&self.place).await?;
        Ok(held.insert(pool).clone())
    }

    /// These connections are of no more use.
    pub(super) async fn lose(&self) {
        *self.pool.lock().await = None;
    }

    /// Ends every connection.
    pub(crate) async fn close(&self) {
        let pool = self.pool.lock().await.take();
        if let Some(pool) = pool {
            pool.close().await;
        }
    }
}
