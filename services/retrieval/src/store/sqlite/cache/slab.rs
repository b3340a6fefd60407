use std::collections::HashMap;

use kernel::{Path, quantise, signs, widen};

use crate::embed::Vector;
use crate::store::sqlite::cache::form::Form;

/// So many rows are compared with every query while they are near.
const BLOCK: usize = 64;
/// So many gaps are remembered.
const MOST_GAPS: usize = 64;

/// The vectors of one space, in the order in which they came.
#[derive(Default)]
pub(super) struct Slab {
    pub(super) dimension: usize,
    pub(super) form: Form,
    bytes: Vec<i8>,
    /// Of each row how large a part of a number its bytes count.
    parts: Vec<f32>,
    signs: Vec<u64>,
    chunks: Vec<i64>,
    /// The generation that each row came with; never less than that of the row before.
    born: Vec<i64>,
    /// The generation that a row went with.
    died: HashMap<usize, i64>,
    /// From and to which generations there was a vector that was never seen here.
    gaps: Vec<(i64, i64)>,
    /// The first generation that is whole, once one is.
    pub(super) first: Option<i64>,
    /// The last generation that is whole.
    pub(super) latest: i64,
    /// The generation up to which it is known which vectors went.
    pub(super) buried: i64,
}

/// What is looked for in a slab.
pub(in crate::store::sqlite) struct Sought {
    pub(in crate::store::sqlite) queries: Vec<Vector>,
    pub(in crate::store::sqlite) generation: i64,
    /// Which chunks may be found; all where nothing is said.
    pub(in crate::store::sqlite) passing: Option<Passing>,
    /// How many to find.
    pub(in crate::store::sqlite) keep: usize,
}

/// Numbers of chunks, as a bitmap.
pub(in crate::store::sqlite) struct Passing {
    least: i64,
    words: Vec<u64>,
}

impl Passing {
    pub(in crate::store::sqlite) fn new(chunks: &[i64]) -> Self {
        let least = chunks.iter().copied().min().unwrap_or(0);
        let most = chunks.iter().copied().max().unwrap_or(0);
        let place = |chunk: i64| usize::try_from(chunk - least).unwrap_or(0);
        let mut words = vec![0; place(most) / 64 + 1];
        for chunk in chunks {
            words[place(*chunk) / 64] |= 1u64 << (place(*chunk) % 64);
        }
        if chunks.is_empty() {
            words.clear();
        }
        Self { least, words }
    }

    pub(in crate::store::sqlite) fn has(&self, chunk: i64) -> bool {
        let place = usize::try_from(chunk - self.least).unwrap_or(usize::MAX);
        self.words.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}

impl Slab {
    pub(super) fn new(form: Form, dimension: usize) -> Self {
        Self { form, dimension, ..Self::default() }
    }

    /// The place behind the last row: when it came, and its chunk.
    pub(super) fn end(&self) -> (i64, i64) {
        let last = self.born.last().zip(self.chunks.last());
        last.map_or((-1, -1), |(born, chunk)| (*born, *chunk))
    }

    /// How many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.bytes.capacity()
            + 4 * self.parts.capacity()
            + 8 * (self.signs.capacity() + self.chunks.capacity() + self.born.capacity())
            + 16 * self.died.capacity()
    }

    /// Makes room for so many more rows, so that none is moved while they come.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.chunks.reserve_exact(rows);
        self.born.reserve_exact(rows);
        match self.form {
            Form::Bytes => {
                self.bytes.reserve_exact(rows * self.dimension);
                self.parts.reserve_exact(rows);
            }
            Form::Signs => self.signs.reserve_exact(rows * self.dimension.div_ceil(64)),
        }
    }

    /// Adds a row behind all others.
    pub(super) fn push(&mut self, born: i64, chunk: i64, vector: &[f32]) {
        match self.form {
            Form::Bytes => {
                let start = self.bytes.len();
                self.bytes.resize(start + vector.len(), 0);
                self.parts.push(quantise(vector, &mut self.bytes[start..]));
            }
            Form::Signs => self.signs.extend(signs(vector)),
        }
        self.chunks.push(chunk);
        self.born.push(born);
    }

    /// Notes that a vector went.
    pub(super) fn bury(&mut self, born: i64, chunk: i64, died: i64) {
        let start = self.born.partition_point(|other| *other < born);
        let same = self.born[start..].partition_point(|other| *other == born);
        match self.chunks[start..start + same].binary_search(&chunk) {
            Ok(at) => {
                self.died.insert(start + at, died);
            }
            Err(_) if self.first.is_some() => self.gaps.push((born, died)),
            Err(_) => {}
        }
    }

    /// Notes that this generation is whole, and lets go of what only older ones need.
    pub(super) fn finish(&mut self, generation: i64) {
        self.latest = generation;
        self.first.get_or_insert(generation);
        if self.gaps.len() > MOST_GAPS || self.died.len() > 1000.max(self.chunks.len() / 4) {
            self.compact();
        }
    }

    fn compact(&mut self) {
        let mut rest = Self::new(self.form, self.dimension);
        (rest.first, rest.latest, rest.buried) = (Some(self.latest), self.latest, self.buried);
        rest.reserve(self.chunks.len() - self.died.len());
        let words = self.dimension.div_ceil(64);
        for row in (0..self.chunks.len()).filter(|row| !self.died.contains_key(row)) {
            match self.form {
                Form::Bytes => {
                    let start = row * self.dimension;
                    rest.bytes.extend_from_slice(&self.bytes[start..start + self.dimension]);
                    rest.parts.push(self.parts[row]);
                }
                Form::Signs => {
                    rest.signs.extend_from_slice(&self.signs[row * words..(row + 1) * words]);
                }
            }
            rest.chunks.push(self.chunks[row]);
            rest.born.push(self.born[row]);
        }
        *self = rest;
    }

    fn is_whole_at(&self, generation: i64) -> bool {
        let is_in = |(from, to): &(i64, i64)| *from <= generation && generation < *to;
        self.first.is_some_and(|first| first <= generation)
            && generation <= self.latest
            && !self.gaps.iter().any(is_in)
    }

    /// For each query the chunks that are nearest, best first, and how many were looked at; nothing
    /// where that generation is not known any more.
    pub(super) fn nearest(&self, sought: &Sought) -> Option<(Vec<Vec<i64>>, usize)> {
        if !self.is_whole_at(sought.generation) {
            return None;
        }
        let end = self.born.partition_point(|born| *born <= sought.generation);
        let some: Option<Vec<u32>> = sought.passing.as_ref().map(|passing| {
            let passes = |row: &usize| passing.has(self.chunks[*row]);
            (0..end).filter(passes).map(|row| row as u32).collect()
        });
        let mut best: Vec<Best> = sought.queries.iter().map(|_| Best::new(sought.keep)).collect();
        match self.form {
            Form::Bytes => self.scan_bytes(sought, some.as_deref(), end, &mut best),
            Form::Signs => self.scan_signs(sought, some.as_deref(), end, &mut best),
        }
        let compared = some.map_or(end, |some| some.len());
        let chunks = |best: Best| best.rows().into_iter().map(|row| self.chunks[row as usize]);
        Some((best.into_iter().map(|best| chunks(best).collect()).collect(), compared))
    }

    /// Whether a row that had come was not gone yet.
    fn is_there(&self, row: u32, generation: i64) -> bool {
        self.died.is_empty() || self.died.get(&(row as usize)).is_none_or(|died| *died > generation)
    }

    fn scan_bytes(&self, sought: &Sought, some: Option<&[u32]>, end: usize, best: &mut [Best]) {
        let (path, mut products) = (Path::best(), [0; BLOCK]);
        let queries: Vec<Vec<i16>> = sought.queries.iter().map(|query| as_numbers(query)).collect();
        for_blocks(some, end, |block| {
            let products = &mut products[..block.len()];
            for (query, best) in queries.iter().zip(best.iter_mut()) {
                match block {
                    Block::All(start, stop) => {
                        let rows = &self.bytes[start * self.dimension..stop * self.dimension];
                        path.scan(query, rows, products);
                    }
                    Block::Some(rows) => path.scan_at(query, &self.bytes, rows, products),
                }
                for (at, product) in products.iter().enumerate() {
                    let row = block.row(at);
                    let score = *product as f32 * self.parts[row as usize];
                    best.offer(score, row, || self.is_there(row, sought.generation));
                }
            }
        });
    }

    fn scan_signs(&self, sought: &Sought, some: Option<&[u32]>, end: usize, best: &mut [Best]) {
        let (path, words) = (Path::best(), self.dimension.div_ceil(64));
        let queries: Vec<Vec<u64>> = sought.queries.iter().map(|query| signs(query)).collect();
        let mut distances = [0; BLOCK];
        for_blocks(some, end, |block| {
            let distances = &mut distances[..block.len()];
            for (query, best) in queries.iter().zip(best.iter_mut()) {
                match block {
                    Block::All(start, stop) => {
                        path.differ(query, &self.signs[start * words..stop * words], distances);
                    }
                    Block::Some(rows) => {
                        for (row, distance) in rows.iter().zip(distances.chunks_exact_mut(1)) {
                            let start = *row as usize * words;
                            path.differ(query, &self.signs[start..start + words], distance);
                        }
                    }
                }
                for (at, distance) in distances.iter().enumerate() {
                    let row = block.row(at);
                    best.offer(-(*distance as f32), row, || self.is_there(row, sought.generation));
                }
            }
        });
    }
}

/// Rows that are compared together.
#[derive(Clone, Copy)]
enum Block<'a> {
    /// Every row from one to before another.
    All(usize, usize),
    /// These rows.
    Some(&'a [u32]),
}

impl Block<'_> {
    fn len(self) -> usize {
        match self {
            Self::All(start, stop) => stop - start,
            Self::Some(rows) => rows.len(),
        }
    }

    fn row(self, at: usize) -> u32 {
        match self {
            Self::All(start, _) => (start + at) as u32,
            Self::Some(rows) => rows[at],
        }
    }
}

/// Goes through some rows, or all of them up to an end, block by block.
fn for_blocks(some: Option<&[u32]>, end: usize, mut look: impl FnMut(Block<'_>)) {
    match some {
        Some(rows) => rows.chunks(BLOCK).for_each(|rows| look(Block::Some(rows))),
        None => (0..end)
            .step_by(BLOCK)
            .for_each(|start| look(Block::All(start, end.min(start + BLOCK)))),
    }
}

fn as_numbers(query: &[f32]) -> Vec<i16> {
    let mut bytes = vec![0; query.len()];
    quantise(query, &mut bytes);
    widen(&bytes)
}

/// The best rows so far.
struct Best {
    keep: usize,
    /// What is not better than this is not among them.
    floor: f32,
    found: Vec<(f32, u32)>,
}

impl Best {
    fn new(keep: usize) -> Self {
        Self { keep, floor: f32::NEG_INFINITY, found: Vec::with_capacity(2 * keep) }
    }

    fn offer(&mut self, score: f32, row: u32, is_there: impl FnOnce() -> bool) {
        if score > self.floor && is_there() {
            self.found.push((score, row));
            if self.found.len() >= 2 * self.keep {
                self.cut();
                self.floor = self.found.last().map_or(f32::NEG_INFINITY, |last| last.0);
            }
        }
    }

    /// The best first; of equals the one that came first.
    fn cut(&mut self) {
        self.found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.found.truncate(self.keep);
    }

    fn rows(mut self) -> Vec<u32> {
        self.cut();
        self.found.into_iter().map(|(_, row)| row).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What happens to a space in one generation: chunks that go, and how many come.
    type Step = (Vec<usize>, usize);

    fn vector(chunk: i64) -> Vec<f32> {
        (0..70).map(|place| ((chunk * 31 + place * 17) % 13) as f32 - 6.0).collect()
    }

    fn found(slab: &Slab, generation: i64) -> Option<Vec<i64>> {
        let query = Vector::from(vector(1));
        let sought = Sought { queries: vec![query], generation, passing: None, keep: 1000 };
        let (mut chunks, _) = slab.nearest(&sought)?;
        chunks[0].sort_unstable();
        Some(chunks.remove(0))
    }

    proptest! {
        /// A history of which the slab sees only some generations, as searches come by.
        #[test]
        fn a_generation_is_as_it_was_or_unknown(
            steps in prop::collection::vec((prop::collection::vec(0usize..50, 0..3), 0usize..4), 1..20),
            seen in prop::collection::vec(any::<bool>(), 20),
            is_bytes in any::<bool>(),
        ) {
            let steps: Vec<Step> = steps;
            let form = if is_bytes { Form::Bytes } else { Form::Signs };
            let mut slab = Slab::new(form, 70);
            let mut alive: Vec<(i64, i64)> = Vec::new();
            let mut gone: Vec<(i64, i64, i64)> = Vec::new();
            let mut states = Vec::new();
            for (step, (going, coming)) in steps.iter().enumerate() {
                let now = step as i64;
                for place in going {
                    if *place < alive.len() {
                        let (born, chunk) = alive.remove(*place);
                        gone.push((born, chunk, now));
                    }
                }
                for _ in 0..*coming {
                    // The number of one that went last may be given again.
                    let chunk = alive.iter().map(|(_, chunk)| *chunk).max().unwrap_or(0) + 1;
                    alive.push((now, chunk));
                }
                alive.sort_unstable();
                let mut chunks: Vec<i64> = alive.iter().map(|(_, chunk)| *chunk).collect();
                chunks.sort_unstable();
                states.push(chunks);
                if seen[step] {
                    let buried = if slab.first.is_some() { slab.buried } else { now };
                    for (born, chunk, died) in gone.iter().filter(|(_, _, died)| *died > buried) {
                        slab.bury(*born, *chunk, *died);
                    }
                    slab.buried = now;
                    let end = slab.end();
                    for (born, chunk) in alive.iter().filter(|row| **row > end) {
                        slab.push(*born, *chunk, &vector(*chunk));
                    }
                    slab.finish(now);
                    if *coming == 3 {
                        slab.compact();
                    }
                    prop_assert_eq!(found(&slab, now), states.last().cloned());
                }
            }
            for (generation, state) in states.iter().enumerate() {
                if let Some(found) = found(&slab, generation as i64) {
                    prop_assert_eq!(&found, state, "generation {}", generation);
                }
            }
        }
    }

    #[test]
    fn passing_chunks_are_known_by_their_numbers() {
        let passing = Passing::new(&[70, 3, 500]);
        let has: Vec<i64> = (-5..600).filter(|chunk| passing.has(*chunk)).collect();
        assert_eq!(has, [3, 70, 500]);
        assert!((-1..70).all(|chunk| !Passing::new(&[]).has(chunk)));
    }
}
