//! Settings that contradict, and the secret that nobody configured.

use std::fs;

use chassis::config::{Chassis, DEFAULTS, Error, Settings, Sources};
use chassis::http::{Outbound, OutboundConfig};
use http::HeaderMap;
use jobs::{Config, Signer};
use standardwebhooks::Webhook;

use crate::world::{Place, World};

fn read(overrides: &[(&str, &str)]) -> Result<Config, Error> {
    let overrides =
        overrides.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let defaults = [DEFAULTS, jobs::DEFAULTS];
    let settings =
        Settings::load(&Sources { defaults: &defaults, overrides, ..Sources::default() })?;
    let outbound = Outbound::new(&OutboundConfig::default()).unwrap();
    Config::read(&settings, &Chassis::read(&settings)?.database, &outbound)
}

#[test]
fn the_defaults_are_good() {
    let config = read(&[]).unwrap();
    assert!(config.webhook.address.is_none() && config.webhook.secret.is_none());
    assert_eq!((config.jobs.max_crashes, config.jobs.max_errors), (20, 4));
    assert_eq!(config.flows.default, "proposal");
}

#[test]
fn contradictions_are_refused_by_name() {
    for (overrides, key) in [
        (vec![("database.url", "postgres://u:p@127.0.0.1/x")], "webhook.secret"),
        (vec![("webhook.secret", "whsec_!!")], "webhook.secret"),
        (vec![("webhook.secret", "whsec_")], "webhook.secret"),
        (vec![("webhook.url", "hooks.test")], "webhook.url"),
        (vec![("webhook.url", "ftp://hooks.test")], "webhook.url"),
        (vec![("webhook.basic.user", "me")], "webhook.basic.user"),
        (vec![("webhook.basic.user", "a:b"), ("webhook.basic.pass", "c")], "webhook.basic.user"),
        (vec![("webhook.headers", "{\"a b\":\"c\"}")], "webhook.headers"),
        (vec![("secrets.key", "short")], "secrets.key"),
        (vec![("secrets.old_keys", "short")], "secrets.old_keys"),
        (vec![("jobs.keep_keys", "1h")], "jobs.keep_keys"),
        (vec![("jobs.keep", "1h")], "jobs.keep_keys"),
        (vec![("jobs.workers", "0")], "jobs.workers"),
        (vec![("jobs.lease", "soon")], "jobs.lease"),
        (vec![("webhook.per_origin", "0")], "webhook.per_origin"),
    ] {
        let refused = read(&overrides).unwrap_err();
        assert!(
            matches!(&refused, Error::Refused { setting, .. } if setting == key),
            "{overrides:?}: {refused}"
        );
    }
}

#[test]
fn a_secret_without_prefix_signs_as_it_is() {
    let headers = |secret: &str| {
        let signer = Signer::new(&secret.to_owned().into()).unwrap();
        let now = std::time::SystemTime::now().into();
        signer.headers("dlv_1", now, b"{}").unwrap()
    };
    let verifies = |key: &[u8], headers: &HeaderMap| {
        Webhook::from_bytes(key.to_vec()).unwrap().verify(b"{}", headers).is_ok()
    };
    assert!(verifies(b"my old secret", &headers("my old secret")));
    assert!(verifies(b"0123456789", &headers("whsec_MDEyMzQ1Njc4OQ==")));
    assert!(!verifies(b"another", &headers("my old secret")));
}

pub(crate) async fn a_secret_is_generated_once(place: Place) {
    if place == Place::Postgres {
        return;
    }
    let mut world = World::with(place, &[("webhook.secret", "")]).await;
    let path = world.state().join("webhook.secret");
    let secret = fs::read_to_string(&path).unwrap();
    #[cfg(unix)]
    {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    let key = base64::Engine::decode(
        &base64::engine::general_purpose::STANDARD,
        secret.trim().strip_prefix("whsec_").unwrap(),
    );
    let key = key.unwrap();
    assert!(key.len() >= 24 && key.iter().all(u8::is_ascii_graphic));
    world.stop().await;
    world.run().await;
    let job = world.submit().await;
    world.settled(&job.id).await;
    world.receiver.got("/hook")[0].verify(secret.trim());
}
