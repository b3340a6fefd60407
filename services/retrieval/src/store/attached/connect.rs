use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{Connection, Error as Sql};
use tokio::time::timeout;

use crate::Fault;
use crate::config::Place;

/// A connection that rested longer than this is asked whether it still lives.
const RESTED: Duration = Duration::from_secs(1);
/// How long a connection may take, with its TLS; and how long a call waits for a free one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A pool on a database that answers.
pub(super) async fn pool(place: &Place) -> Result<PgPool, Fault> {
    let options = options(place)?;
    // By itself first, since a pool goes on trying and does not say why.
    let first = timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&options)).await;
    let late = |_| unreachable(&place.setting, "no answer in time");
    let connection = first.map_err(late)?.map_err(|error| fault(&error, &place.setting))?;
    // Whether the goodbye arrives changes nothing.
    drop(connection.close().await);
    Ok(PgPoolOptions::new()
        .max_connections(place.limits.max_connections)
        .acquire_timeout(CONNECT_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move { Ok(rest.idle_for < RESTED || connection.ping().await.is_ok()) })
        })
        .connect_lazy_with(options))
}

/// TLS unless the host is this machine or the URL says something else.
pub(super) fn options(place: &Place) -> Result<PgConnectOptions, Fault> {
    let url = place.url.expose();
    let options = PgConnectOptions::from_str(url).map_err(|error| fault(&error, &place.setting))?;
    let is_here = options.get_socket().is_some() || is_loopback(options.get_host());
    let is_said = url.contains("sslmode=") || url.contains("ssl-mode=");
    let options = match is_here || is_said {
        true => options,
        false => options.ssl_mode(PgSslMode::Require),
    };
    // Some poolers refuse a connection that asks for this, and nothing here needs it.
    Ok(options.extra_float_digits(None).application_name("throughline-retrieval"))
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// What a connection's failure means; a database's own words stay outside.
pub(super) fn fault(error: &Sql, place: &str) -> Fault {
    if let Sql::Database(error) = error {
        return match error.code().as_deref() {
            Some(code) if code.starts_with("28") || code.starts_with("3D") => {
                Fault::NotAdmitted { place: place.to_owned() }
            }
            code => unreachable(place, &format!("database error {}", code.unwrap_or_default())),
        };
    }
    if let Sql::Tls(error) = error {
        return Fault::NoTls { place: place.to_owned(), why: error.to_string() };
    }
    if let Sql::Io(error) = error {
        return unreachable(place, &error.to_string());
    }
    let is_busy = matches!(error, Sql::PoolTimedOut);
    unreachable(place, if is_busy { "no connection in time" } else { "the connection broke off" })
}

fn unreachable(place: &str, why: &str) -> Fault {
    Fault::Unreachable { place: place.to_owned(), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::place::Limits;

    fn mode(url: &str) -> String {
        let limits = Limits { max_connections: 1, timeout: Duration::from_secs(1) };
        let place = Place { setting: String::new(), url: url.to_owned().into(), limits };
        format!("{:?}", options(&place).unwrap().get_ssl_mode())
    }

    #[test]
    fn tls_is_required_of_other_machines_unless_the_url_says_otherwise() {
        for (url, required) in [
            ("postgres://u:p@db.abc.supabase.co:5432/postgres", "Require"),
            ("postgres://u:p@10.0.0.7/postgres", "Require"),
            ("postgres://u:p@db/postgres?sslmode=disable", "Disable"),
            ("postgres://u:p@db/postgres?sslmode=verify-full", "VerifyFull"),
            ("postgres://u:p@localhost/postgres", "Prefer"),
            ("postgres://u:p@127.0.0.1:5432/postgres", "Prefer"),
            ("postgres://u:p@[::1]/postgres", "Prefer"),
        ] {
            assert_eq!(mode(url), required, "{url}");
        }
    }
}
