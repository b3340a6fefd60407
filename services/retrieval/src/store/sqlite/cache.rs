//! Smaller forms of the vectors, in memory, so that a search reads few of them from the file.
//!
//! One of a space is filled when it is first searched, and brought up to date by the search that
//! finds it old. It knows with which generation each vector came and went, so a search sees those
//! of its own snapshot. What was not used for the longest time goes where there is no room.

mod form;
mod slab;
mod update;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::available_parallelism;

use sqlx::sqlite::SqliteConnection;
use tokio::sync::{Mutex as Turn, Semaphore};
use tokio::task::spawn_blocking;

use crate::Error;
use crate::embed::Vector;
use crate::store::sqlite::cache::form::Form;
use crate::store::sqlite::cache::slab::Slab;
pub(super) use crate::store::sqlite::cache::slab::{Passing, Sought};

/// What is held of all spaces.
pub(super) struct Cache {
    most_bytes: usize,
    held: Mutex<Held>,
    /// More scans than processors would only wait for each other.
    scans: Semaphore,
}

#[derive(Default)]
struct Held {
    spaces: HashMap<i64, Used>,
    uses: u64,
}

struct Used {
    last: u64,
    shelf: Arc<Shelf>,
}

/// What is held of one space.
struct Shelf {
    slab: RwLock<Slab>,
    /// Whoever brings it up to date.
    turn: Turn<()>,
    bytes: AtomicUsize,
}

/// One state of a space, as a snapshot sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) space: i64,
    pub(super) dimension: usize,
    pub(super) generation: i64,
    /// How many vectors it has.
    pub(super) vectors: usize,
}

/// The numbers of the chunks that may be nearest, for each vector, and how they were found.
pub(super) struct Candidates {
    pub(super) chunks: Vec<Vec<i64>>,
    pub(super) how: String,
}

impl Cache {
    /// One that holds so many bytes at most.
    pub(super) fn new(most_bytes: usize) -> Self {
        let scans = available_parallelism().map_or(1, usize::from);
        Self { most_bytes, held: Mutex::default(), scans: Semaphore::new(scans) }
    }

    /// For each vector the chunks that may be among so many nearest; `None` where the space finds no
    /// room, or the snapshot is too old to be told apart from what came after it.
    pub(super) async fn candidates(
        &self,
        link: &mut SqliteConnection,
        state: State,
        queries: &[Vector],
        passing: Option<Passing>,
        limit: usize,
    ) -> Result<Option<Candidates>, Error> {
        let form = Form::fitting(self.most_bytes, state.dimension, state.vectors);
        let Some(form) = form else { return Ok(None) };
        let shelf = self.shelf(state.space);
        let updated = update::update(&shelf, link, state, form).await;
        self.make_room(state.space);
        updated?;
        let sought = Sought {
            queries: queries.to_vec(),
            generation: state.generation,
            passing,
            keep: form.keeps(limit),
        };
        let Ok(_scan) = self.scans.acquire().await else { return Ok(None) };
        let found = spawn_blocking(move || read(&shelf.slab, |slab| slab.nearest(&sought)));
        let Some((chunks, compared)) = found.await.map_err(Error::broken)? else { return Ok(None) };
        let how = format!("{}, {compared} vectors compared", form.name());
        Ok(Some(Candidates { chunks, how }))
    }

    fn shelf(&self, space: i64) -> Arc<Shelf> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.uses += 1;
        let last = held.uses;
        let used = held.spaces.entry(space).or_insert_with(|| Used { last, shelf: Arc::default() });
        used.last = last;
        Arc::clone(&used.shelf)
    }

    /// Lets go of what was not used for the longest time, but not of this space.
    fn make_room(&self, space: i64) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while held.bytes() > self.most_bytes {
            let others = held.spaces.iter().filter(|(number, _)| **number != space);
            let Some((&oldest, _)) = others.min_by_key(|(_, used)| used.last) else { return };
            held.spaces.remove(&oldest);
        }
    }
}

impl Held {
    fn bytes(&self) -> usize {
        self.spaces.values().map(|used| used.shelf.bytes.load(Ordering::Relaxed)).sum()
    }
}

impl Default for Shelf {
    fn default() -> Self {
        Self { slab: RwLock::default(), turn: Turn::default(), bytes: AtomicUsize::new(0) }
    }
}

fn read<T>(slab: &RwLock<Slab>, look: impl FnOnce(&Slab) -> T) -> T {
    look(&slab.read().unwrap_or_else(PoisonError::into_inner))
}
