//! How many deliveries are under way to each origin.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts what is under way, so that an origin that hangs holds no more than its share.
#[derive(Clone, Debug)]
pub(super) struct Origins {
    counts: Arc<Mutex<HashMap<String, usize>>>,
    limit: usize,
}

/// A place at an origin, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    origins: Origins,
    origin: String,
}

impl Origins {
    pub(super) fn new(limit: usize) -> Self {
        Self { counts: Arc::default(), limit }
    }

    /// A place at this origin, if one is free.
    pub(super) fn enter(&self, origin: &str) -> Option<Place> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(origin.to_owned()).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(Place { origins: self.clone(), origin: origin.to_owned() })
    }

    /// The origins at which no place is free.
    pub(super) fn full(&self) -> Vec<String> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let full = counts.iter().filter(|(_, count)| **count >= self.limit);
        full.map(|(origin, _)| origin.clone()).collect()
    }
}

impl Place {
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.origins.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.origin) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.origin);
            }
        }
    }
}
