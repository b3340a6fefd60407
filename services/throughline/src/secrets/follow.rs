use std::time::Duration;

use chassis::config::{Changes, Settings};
use chassis::task::{CancellationToken, Tasks};
use tracing::{info, warn};

use crate::config::{Given, Loaded};
use crate::exit::Exit;

/// The first wait after a failure is this part of the usual one.
const HASTE: u32 = 10;

/// Settings whose users ask for the secret at each use, or notice that it has changed.
const FOLLOWED: [&str; 13] = [
    "database.direct_url",
    "database.url",
    "gateway.basic.pass",
    "gateway.basic.user",
    "generation.openai.api_key",
    "rerank.cohere.api_key",
    "retrieval.openai.api_key",
    "retrieval.supabase.url",
    "secrets.key",
    "webhook.basic.pass",
    "webhook.basic.user",
    "webhook.headers",
    "webhook.secret",
];
/// Those that also say where something is; half of a pool must not be elsewhere.
const PLACES: [&str; 3] = ["database.direct_url", "database.url", "retrieval.supabase.url"];

/// Reads the secrets again and again while the suite runs, where any came from a store.
pub(crate) fn follow(loaded: &Loaded, tasks: &Tasks) {
    if !loaded.settings.is_fetched() {
        return;
    }
    let (given, settings) = (loaded.given.clone(), loaded.settings.clone());
    let (every, stop) = (loaded.refresh, tasks.stop().clone());
    tasks.supervise("secrets", move || {
        let (given, settings) = (given.clone(), settings.clone());
        let reader = Reader { given, settings, failures: 0, missing: Vec::new() };
        run(reader, every, stop.clone())
    });
}

/// What was read last, and how often reading has failed since.
struct Reader {
    given: Given,
    settings: Settings,
    failures: u32,
    missing: Vec<String>,
}

async fn run(mut reader: Reader, every: Duration, stop: CancellationToken) {
    loop {
        let wait = reader.wait(every).mul_f64(rand::random_range(0.9..1.1));
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            read = Box::pin(Loaded::given(reader.given.clone())) => reader.take(read),
        }
    }
}

impl Reader {
    /// Soon again after a failure, and then more and more patiently.
    fn wait(&self, every: Duration) -> Duration {
        match self.failures.checked_sub(1) {
            None => every,
            Some(again) => (every / HASTE).saturating_mul(1 << again.min(8)).min(every),
        }
    }

    /// The whole configuration was checked with the new values, so what is wrong with them is known by now.
    fn take(&mut self, read: Result<Loaded, Exit>) {
        match read {
            Ok(newer) => {
                if self.failures > 0 {
                    info!("secrets are read again");
                }
                self.failures = 0;
                let changes = self.settings.follow(&newer.settings, can_follow);
                self.tell(changes);
            }
            Err(error) => {
                if self.failures == 0 {
                    warn!(%error, "secrets cannot be read again; those read before stay in force");
                }
                self.failures = self.failures.saturating_add(1);
            }
        }
    }

    fn tell(&mut self, changes: Changes) {
        if !changes.followed.is_empty() {
            let settings = changes.followed.join(",");
            info!(settings, "secrets have changed and are in force");
        }
        if !changes.waiting.is_empty() {
            let settings = changes.waiting.join(",");
            warn!(settings, "secrets have changed; this takes effect at the next start");
        }
        if !changes.missing.is_empty() && changes.missing != self.missing {
            let settings = changes.missing.join(",");
            warn!(settings, "secrets are gone from their store; those read before stay in force");
        }
        self.missing = changes.missing;
    }
}

fn can_follow(setting: &str, value: &str, newer: &str) -> bool {
    FOLLOWED.contains(&setting) && (!PLACES.contains(&setting) || place(value) == place(newer))
}

/// A URL without its credentials.
fn place(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    (scheme, authority.rsplit_once('@').map_or(authority, |(_, host)| host), path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_a_place_are_followed_and_another_place_is_not() {
        let follows = |newer: &str| can_follow("database.url", "postgres://u:p@db:5432/a", newer);
        assert!(follows("postgres://u:q@db:5432/a") && follows("postgres://v:q%40@db:5432/a"));
        for other in
            ["postgres://u:p@other:5432/a", "postgres://u:p@db/a", "postgres://u:p@db:5432/b"]
        {
            assert!(!follows(other), "{other}");
        }
        assert!(can_follow("webhook.secret", "a", "b") && !can_follow("grpc.token", "a", "b"));
    }
}
