//! Texts that must not be printed, and that may change while the process runs.

use std::fmt;
use std::iter::successors;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use crate::config::live;

/// How often a secret may change in a process; more than three years of daily rotation.
const CHANGES: usize = 1_000;

/// A secret from the configuration; it is erased when dropped, and printing it prints stars.
///
/// Clones are one secret: when its source has another value, all of them have it.
#[derive(Clone, Default)]
pub struct Secret(Arc<Cell>);

#[derive(Default)]
struct Cell {
    first: Value,
    changes: AtomicUsize,
}

/// A secret from which something was derived that lasts, such as a pool of connections.
#[derive(Debug)]
pub struct Source {
    secret: Secret,
    seen: AtomicUsize,
}

/// A value and what replaced it: readers may hold the older one for as long as they hold the secret.
#[derive(Default)]
struct Value {
    text: SecretString,
    next: OnceLock<Box<Value>>,
}

impl Secret {
    /// The secret itself as it is now, for the one place that uses it; keep the `Secret`, not the text.
    pub fn expose(&self) -> &str {
        self.latest().text.expose_secret()
    }

    /// Whether nothing is configured.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// The secret, where one is configured.
    pub fn get(&self) -> Option<&str> {
        Some(self.expose()).filter(|secret| !secret.is_empty())
    }

    /// The values that it had before in this process, the oldest first.
    pub fn earlier(&self) -> impl Iterator<Item = &str> {
        let values = successors(Some(&self.0.first), |value| value.next.get().map(Box::as_ref));
        values.filter(|value| value.next.get().is_some()).map(|value| value.text.expose_secret())
    }

    /// Gives every clone another value; false where it has changed too often for this process.
    pub(crate) fn replace(&self, text: String) -> bool {
        if self.expose() == text {
            return true;
        }
        let value = Value { text: text.into(), next: OnceLock::new() };
        let is_replaced = self.0.changes.load(Ordering::Acquire) < CHANGES
            && self.latest().next.set(Box::new(value)).is_ok();
        if is_replaced {
            self.0.changes.fetch_add(1, Ordering::AcqRel);
        }
        is_replaced
    }

    /// Whether anybody but the settings themselves holds it, and so has each new value.
    pub(crate) fn is_held(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    fn latest(&self) -> &Value {
        let first = &self.0.first;
        successors(Some(first), |value| value.next.get().map(Box::as_ref)).last().unwrap_or(first)
    }
}

impl Source {
    /// Before anything is derived from the secret, so that no change is missed.
    pub fn new(secret: &Secret) -> Self {
        let seen = AtomicUsize::new(secret.0.changes.load(Ordering::Acquire));
        Self { secret: secret.clone(), seen }
    }

    /// The secret, once after it has changed: what was derived from it is to be derived anew.
    pub fn changed(&self) -> Option<&Secret> {
        let changes = self.secret.0.changes.load(Ordering::Acquire);
        (self.seen.swap(changes, Ordering::AcqRel) != changes).then_some(&self.secret)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        let first = Value { text: text.into(), next: OnceLock::new() };
        Self(Arc::new(Cell { first, changes: AtomicUsize::default() }))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "(none)" } else { "***" })
    }
}

impl<'de> Deserialize<'de> for Secret {
    /// Within the settings this is the setting's own secret, which follows its source.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(live::take(&text).unwrap_or_else(|| text.into()))
    }
}
