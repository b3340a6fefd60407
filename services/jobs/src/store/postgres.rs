//! The shared store: a schema on a Postgres server.

use std::str::FromStr;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::config::Pooler;
use chassis::secret::{Secret, Source};
use futures_util::future::try_join_all;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use sqlx::{Connection, Row};

use crate::error::Error;
use crate::store::session::{Link, Session};
use crate::store::{Dialect, Durability, Statement, migrate};

/// A connection that rested longer than this is asked whether it still lives.
const RESTED: Duration = Duration::from_secs(1);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// One migration at a time, whoever starts first; the number is ours alone.
const MIGRATION_LOCK: i64 = 0x7468_726f_7567_6a6f;
/// How many answers are compared to find out whether a pooler mixes them up.
const PROBES: i64 = 64;

/// The pool, and where the server itself is.
#[derive(Debug)]
pub(super) struct Postgres {
    pool: PgPool,
    source: Source,
    direct: Option<Secret>,
    is_pooled: bool,
}

impl Postgres {
    pub(super) async fn open(
        url: &Secret,
        direct_url: Option<&Secret>,
        pooler: Pooler,
        max_connections: u32,
    ) -> Result<Self, Error> {
        let is_pooled = pooler == Pooler::Transaction;
        let direct = direct_url.or_else(|| (!is_pooled).then_some(url)).cloned();
        let source = Source::new(url);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(
                    async move { Ok(meta.idle_for < RESTED || connection.ping().await.is_ok()) },
                )
            })
            .connect_with(options(url)?)
            .await?;
        let store = Self { pool, source, direct, is_pooled };
        store.probe().await?;
        store.migrate().await?;
        Ok(store)
    }

    pub(super) async fn read(&self, clock: &Clock) -> Result<Session, Error> {
        if self.is_pooled {
            return self.write(Durability::Full, clock).await;
        }
        let link = Link::PostgresRead(self.pool()?.acquire().await?);
        Ok(Session::new(link, clock.clone()))
    }

    pub(super) async fn write(
        &self,
        durability: Durability,
        clock: &Clock,
    ) -> Result<Session, Error> {
        // One round trip, since both go out as one text.
        let begin = match durability {
            Durability::Full => "begin",
            Durability::Lazy => "begin; set local synchronous_commit = off",
        };
        let transaction = self.pool()?.begin_with(begin).await?;
        let link = Link::PostgresWrite { transaction, is_pooled: self.is_pooled };
        Ok(Session::new(link, clock.clone()))
    }

    /// The pool, whose new connections are made with the password as it is now.
    fn pool(&self) -> Result<&PgPool, Error> {
        if let Some(url) = self.source.changed() {
            self.pool.set_connect_options(options(url)?);
        }
        Ok(&self.pool)
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    /// A connection of its own that listens; `None` where only a pooler can be reached.
    pub(super) async fn listener(&self, channel: &str) -> Result<Option<PgListener>, Error> {
        let Some(direct) = &self.direct else { return Ok(None) };
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT);
        let pool = pool.max_lifetime(None).idle_timeout(None);
        let pool = pool.connect_with(options(direct)?).await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.ignore_pool_close_event(true);
        listener.eager_reconnect(false);
        listener.listen(channel).await?;
        Ok(Some(listener))
    }

    /// Asks many questions at once; a pooler that mixes up prepared statements mixes up the answers.
    async fn probe(&self) -> Result<(), Error> {
        if self.is_pooled {
            return Ok(());
        }
        try_join_all((0..PROBES).map(|number| async move {
            let query = sqlx::query("select $1::bigint + 1 as next").bind(number);
            let next: i64 = query.fetch_one(&self.pool).await?.try_get("next")?;
            if next == number + 1 { Ok(()) } else { Err(Error::MixedUp) }
        }))
        .await?;
        Ok(())
    }

    async fn migrate(&self) -> Result<(), Error> {
        let clock = Clock::default();
        let (mut session, own) = match &self.direct {
            Some(direct) => {
                let pool = PgPoolOptions::new().max_connections(1);
                let pool = pool.connect_with(options(direct)?).await?;
                let transaction = pool.begin().await?;
                let link = Link::PostgresWrite { transaction, is_pooled: false };
                (Session::new(link, clock), Some(pool))
            }
            None => (self.write(Durability::Full, &clock).await?, None),
        };
        session
            .run(Statement::new("select pg_advisory_xact_lock($1)").bind(MIGRATION_LOCK))
            .await?;
        migrate::migrate(&mut session, Dialect::Postgres, "schema jobs").await?;
        session.commit().await?;
        if let Some(pool) = own {
            pool.close().await;
        }
        Ok(())
    }
}

fn options(url: &Secret) -> Result<PgConnectOptions, Error> {
    let options = PgConnectOptions::from_str(url.expose())?;
    // Some poolers refuse a connection that asks for this, and nothing here needs it.
    Ok(options.extra_float_digits(None).application_name("throughline-jobs"))
}
