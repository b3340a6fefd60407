//! Texts that must not be printed, and that may change while the process runs.

use std::fmt;
use std::iter::successors;
use std::sync::{Arc, OnceLock};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use tokio::sync::watch;

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
    changes: watch::Sender<usize>,
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

    /// Tells whoever derived something from the secret (a pool of connections, say) that it has changed.
    pub fn changes(&self) -> watch::Receiver<usize> {
        self.0.changes.subscribe()
    }

    /// Gives every clone another value; false where it has changed too often for this process.
    pub(crate) fn replace(&self, text: String) -> bool {
        if self.expose() == text {
            return true;
        }
        let changes = *self.0.changes.borrow() + 1;
        let value = Value { text: text.into(), next: OnceLock::new() };
        let is_replaced = changes <= CHANGES && self.latest().next.set(Box::new(value)).is_ok();
        if is_replaced {
            self.0.changes.send_replace(changes);
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

impl From<String> for Secret {
    fn from(text: String) -> Self {
        let first = Value { text: text.into(), next: OnceLock::new() };
        Self(Arc::new(Cell { first, changes: watch::Sender::default() }))
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
