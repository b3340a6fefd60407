use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::embed::Vector;

/// What a vector is of: the hash of its space, its purpose and its text.
pub(super) type Key = [u8; 32];

/// About what an entry takes beside its numbers.
const ENTRY: usize = 160;

/// Vectors of the latest texts, as many as have room; what was asked for longest ago goes first.
pub(crate) struct Memory {
    /// In bytes.
    room: usize,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    vectors: HashMap<Key, (Vector, u64)>,
    /// The keys by when they were asked for last.
    order: BTreeMap<u64, Key>,
    asked: u64,
    bytes: usize,
}

impl Memory {
    pub(crate) fn new(room: usize) -> Self {
        Self { room, known: Mutex::default() }
    }

    /// The vectors of these that are known.
    pub(super) fn look(&self, keys: &[Key]) -> Vec<Option<Vector>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter().map(|key| known.look(key)).collect()
    }

    pub(super) fn keep(&self, key: Key, vector: &Vector) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.forget(&key);
        known.bytes += size(vector);
        known.asked += 1;
        let asked = known.asked;
        known.vectors.insert(key, (Vector::clone(vector), asked));
        known.order.insert(asked, key);
        while known.bytes > self.room {
            let Some((_, oldest)) = known.order.first_key_value() else { break };
            let oldest = *oldest;
            known.forget(&oldest);
        }
    }
}

impl Known {
    fn look(&mut self, key: &Key) -> Option<Vector> {
        let (vector, asked) = self.vectors.get_mut(key)?;
        self.asked += 1;
        self.order.remove(asked);
        self.order.insert(self.asked, *key);
        *asked = self.asked;
        Some(Vector::clone(vector))
    }

    fn forget(&mut self, key: &Key) {
        if let Some((vector, asked)) = self.vectors.remove(key) {
            self.order.remove(&asked);
            self.bytes -= size(&vector);
        }
    }
}

fn size(vector: &Vector) -> usize {
    size_of_val::<[f32]>(vector) + ENTRY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> Key {
        [number; 32]
    }

    #[test]
    fn what_was_asked_for_longest_ago_goes_first_and_the_room_is_kept() {
        let memory = Memory::new(3 * (4 + ENTRY));
        let vector = Vector::from([1.0]);
        (0..3).for_each(|number| memory.keep(key(number), &vector));
        memory.look(&[key(0)]);
        memory.keep(key(3), &vector);
        memory.keep(key(3), &vector);
        let known = memory.look(&[key(0), key(1), key(2), key(3)]);
        let known: Vec<bool> = known.iter().map(Option::is_some).collect();
        assert_eq!(known, [true, false, true, true]);
        memory.keep(key(4), &Vector::from(vec![1.0; 1000]));
        let known = memory.known.lock().unwrap();
        assert_eq!((known.vectors.len(), known.order.len(), known.bytes), (0, 0, 0));
    }
}
