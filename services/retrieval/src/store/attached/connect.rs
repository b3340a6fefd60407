use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{Connection, Error as Sql};
use tokio::time::timeout;

use crate::Fault;
use crate::config::Supabase;

/// A connection that rested longer than this is asked whether it still lives.
const RESTED: Duration = Duration::from_secs(1);
/// How long a connection may take, with its TLS; and how long a call waits for a free one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A pool on a database that answers.
pub(super) async fn pool(config: &Supabase) -> Result<PgPool, Fault> {
    let options = options(config)?;
    // By itself first, since a pool goes on trying and does not say why.
    let first = timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&options)).await;
    let connection = first.map_err(|_| Fault::Unreachable("no answer in time".to_owned()))?;
    let connection = connection.map_err(|error| fault(&error))?;
    // Whether the goodbye arrives changes nothing.
    drop(connection.close().await);
    Ok(PgPoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(CONNECT_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move { Ok(rest.idle_for < RESTED || connection.ping().await.is_ok()) })
        })
        .connect_lazy_with(options))
}

/// TLS unless the host is this machine or the URL says something else.
fn options(config: &Supabase) -> Result<PgConnectOptions, Fault> {
    let url = config.url.expose();
    let options = PgConnectOptions::from_str(url).map_err(|error| fault(&error))?;
    let is_here = matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1" | "[::1]")
        || options.get_socket().is_some();
    let is_said = url.contains("sslmode=") || url.contains("ssl-mode=");
    let options = match is_here || is_said {
        true => options,
        false => options.ssl_mode(PgSslMode::Require),
    };
    // Some poolers refuse a connection that asks for this, and nothing here needs it.
    Ok(options.extra_float_digits(None).application_name("throughline-retrieval"))
}

/// What a connection's failure means; a database's own words stay outside.
pub(super) fn fault(error: &Sql) -> Fault {
    if let Sql::Database(error) = error {
        return match error.code().as_deref() {
            Some(code) if code.starts_with("28") || code.starts_with("3D") => Fault::NotAdmitted,
            code => Fault::Unreachable(format!("database error {}", code.unwrap_or_default())),
        };
    }
    if let Sql::Tls(error) = error {
        return Fault::NoTls(error.to_string());
    }
    if let Sql::Io(error) = error {
        return Fault::Unreachable(error.to_string());
    }
    let is_busy = matches!(error, Sql::PoolTimedOut);
    let why = if is_busy { "no connection in time" } else { "the connection broke off" };
    Fault::Unreachable(why.to_owned())
}
