//! The places at the listener: whoever waited longest without a request gives way to a newcomer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chassis::task::CancellationToken;

/// With less than this share of the places left, each connection ends with its answer.
const SPARE: usize = 8;
/// How many places there are at least for those who are told that there is none.
const LEAST: usize = 16;

/// Every connection there is.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// How many requests may be answered at once.
    most: usize,
    inside: Arc<Mutex<Inside>>,
}

#[derive(Debug, Default)]
struct Inside {
    /// How many connections there are, those aside that were asked to go.
    open: usize,
    /// How many requests are being answered.
    busy: usize,
    /// The connections that have no request, by their turn to give way.
    idle: BTreeMap<u64, CancellationToken>,
    turns: u64,
}

/// One connection's place.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    gone: CancellationToken,
    turn: Option<u64>,
}

/// A place that a connection shares with the answers that are on their way.
pub(super) type Shared = Arc<Mutex<Place>>;

/// A request that is being answered, to the last byte of the answer.
pub(super) struct Busy {
    place: Shared,
    places: Places,
    is_crowded: bool,
}

impl Places {
    /// So many places, and some for those who are turned away with an answer.
    pub(super) fn new(most: usize) -> Self {
        Self { most, inside: Arc::default() }
    }

    /// Takes a place; where there is none, the one that has been idle longest gives way.
    pub(super) fn take(&self) -> Option<(Shared, CancellationToken)> {
        let mut inside = lock(&self.inside);
        if inside.open >= self.most && !inside.clear() && inside.open >= self.most + self.spare() {
            return None;
        }
        inside.open += 1;
        let gone = CancellationToken::new();
        let turn = Some(inside.rest(gone.clone()));
        let place = Place { places: self.clone(), gone: gone.clone(), turn };
        Some((Arc::new(Mutex::new(place)), gone))
    }

    /// Asks the connection that has been idle longest to go.
    pub(super) fn make_room(&self) {
        lock(&self.inside).clear();
    }

    /// Whether so few places are left that connections end with their answers.
    pub(super) fn are_scarce(&self) -> bool {
        lock(&self.inside).open + self.most.div_ceil(SPARE) > self.most
    }

    fn spare(&self) -> usize {
        self.most.div_ceil(SPARE).max(LEAST)
    }
}

impl Inside {
    /// Notes that a connection has no request, and answers with its turn.
    fn rest(&mut self, gone: CancellationToken) -> u64 {
        self.turns += 1;
        self.idle.insert(self.turns, gone);
        self.turns
    }

    /// Asks the connection that has been idle longest to go, if any is idle.
    fn clear(&mut self) -> bool {
        let Some((_, gone)) = self.idle.pop_first() else { return false };
        gone.cancel();
        self.open -= 1;
        true
    }
}

impl Busy {
    /// Notes that a request has begun.
    pub(super) fn begin(place: &Shared) -> Self {
        let mut own = lock(place);
        let places = own.places.clone();
        let turn = own.turn.take();
        let mut inside = lock(&places.inside);
        turn.and_then(|turn| inside.idle.remove(&turn));
        inside.busy += 1;
        let is_crowded = inside.busy > places.most;
        drop(inside);
        Self { place: Arc::clone(place), places, is_crowded }
    }

    /// Whether more requests are being answered than may be.
    pub(super) fn is_crowded(&self) -> bool {
        self.is_crowded
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut own = lock(&self.place);
        let mut inside = lock(&self.places.inside);
        inside.busy -= 1;
        if !own.gone.is_cancelled() {
            own.turn = Some(inside.rest(own.gone.clone()));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = lock(&self.places.inside);
        self.turn.and_then(|turn| inside.idle.remove(&turn));
        // Who was asked to go has left its place already.
        if !self.gone.is_cancelled() {
            inside.open -= 1;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
