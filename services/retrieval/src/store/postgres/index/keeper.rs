use std::sync::Arc;
use std::time::Duration;

use chassis::secret::Secret;
use chassis::task::{CancellationToken, Tasks};
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{Connection, Error as Sql};
use tokio::sync::Notify;
use tokio::time::{interval, sleep};

use crate::Error;
use crate::store::failure::connecting;
use crate::store::postgres::index::build::{self, Due};
use crate::store::postgres::options;
use crate::store::postgres::table::Table;

/// How often it looks whether an index is due that nobody rang for.
const ROUND: Duration = Duration::from_secs(60);
/// How often it looks at most.
const REST: Duration = Duration::from_secs(1);
/// How often the log says how far the building is.
const SAID: Duration = Duration::from_secs(10);

/// Builds the indexes that are due and drops those whose space is gone, in the background.
///
/// Any number of processes may have one: a lock in the database lets one of them build at a time.
#[derive(Debug)]
pub(in crate::store::postgres) struct Keeper {
    bell: Arc<Notify>,
    tasks: Tasks,
}

/// What a round needs.
#[derive(Clone)]
struct Round {
    pool: PgPool,
    /// Where the server itself is.
    direct: Secret,
    table: Arc<Table>,
}

impl Keeper {
    /// Starts one that builds through connections of its own to the server itself.
    pub(in crate::store::postgres) fn start(
        pool: PgPool,
        direct: Secret,
        table: Arc<Table>,
    ) -> Self {
        let (bell, tasks) = (Arc::new(Notify::new()), Tasks::new(CancellationToken::new()));
        let (round, stop) = (Round { pool, direct, table }, tasks.stop().clone());
        let heard = Arc::clone(&bell);
        tasks.supervise("vector-indexes", move || {
            keep(round.clone(), Arc::clone(&heard), stop.clone())
        });
        Self { bell, tasks }
    }

    /// Says that vectors were added.
    pub(in crate::store::postgres) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Ends the rounds. What the server is building it goes on building.
    pub(in crate::store::postgres) async fn stop(&self) {
        self.tasks.stop().cancel();
        self.tasks.stopped().await;
    }
}

async fn keep(round: Round, bell: Arc<Notify>, stop: CancellationToken) {
    let rounds = async {
        loop {
            if let Err(error) = round.run().await {
                tracing::warn!(%error, "the indexes on vectors could not be kept; searches compare vectors one by one");
                sleep(ROUND).await;
            }
            sleep(REST).await;
            tokio::select! {
                () = bell.notified() => {}
                () = sleep(ROUND) => {}
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = rounds => {}
    }
}

impl Round {
    async fn run(&self) -> Result<(), Error> {
        let (due, stale) =
            (build::due(&self.pool, &self.table).await?, build::stale(&self.pool).await?);
        if due.is_empty() && stale.is_empty() {
            return Ok(());
        }
        let options = options(&self.direct)?;
        let mut link = PgConnection::connect_with(&options).await.map_err(connecting)?;
        let done = self.under_lock(&mut link).await;
        // Whether the goodbye arrives changes nothing.
        drop(link.close().await);
        Ok(done?)
    }

    async fn under_lock(&self, link: &mut PgConnection) -> Result<(), Sql> {
        if !build::lock(link).await? {
            return Ok(());
        }
        for space in build::stale(&self.pool).await? {
            build::drop(link, space).await?;
            tracing::info!(space, "dropped the index on vectors of a space that is gone");
        }
        // Again, since another process may have built meanwhile.
        for due in build::due(&self.pool, &self.table).await? {
            self.build(link, &due).await?;
        }
        Ok(())
    }

    async fn build(&self, link: &mut PgConnection, due: &Due) -> Result<(), Sql> {
        let Due { number: space, vectors, .. } = *due;
        // One is there that cannot be searched: what built it has died, and whoever would go on
        // building it would hold the lock.
        build::drop(link, space).await?;
        tracing::info!(space, vectors, "builds an index on vectors");
        let built = build::build(link, &self.table, due);
        tokio::select! {
            built = built => built?,
            () = self.tell(space) => {}
        }
        tracing::info!(space, vectors, "built an index on vectors");
        Ok(())
    }

    /// Says how far the building is, again and again.
    async fn tell(&self, space: i64) {
        let mut ticks = interval(SAID);
        ticks.tick().await;
        loop {
            ticks.tick().await;
            match build::percent(&self.pool, space).await {
                Ok(percent) => tracing::info!(space, percent, "still builds an index on vectors"),
                Err(error) => tracing::debug!(%error, "the progress is not known"),
            }
        }
    }
}
