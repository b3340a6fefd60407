//! Brings what is held of a space up to date, from the file as a snapshot sees it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use sqlx::sqlite::SqliteConnection;
use tokio::task::spawn_blocking;

use crate::Error;
use crate::embed::Vector;
use crate::store::sqlite::cache::form::Form;
use crate::store::sqlite::cache::slab::Slab;
use crate::store::sqlite::cache::{Shelf, State, read};
use crate::store::sqlite::vector::{REMEMBERED, floats};

/// So many vectors are read at once: what was read stays, if whoever waits for the rest goes away.
const BATCH: i64 = 2048;

/// Reads what came and went since the slab was brought up to date last.
pub(super) async fn update(
    shelf: &Arc<Shelf>,
    link: &mut SqliteConnection,
    state: State,
    form: Form,
) -> Result<(), Error> {
    let _turn = shelf.turn.lock().await;
    let (is_current, buried) = write(shelf, move |slab| begin(slab, state, form)).await?;
    if is_current {
        return Ok(());
    }
    let gone: Vec<(i64, i64, i64)> = sqlx::query_as(
        "select born, chunk, died from gone_vector
         where space = ? and died > ? and died <= ? order by died",
    )
    .bind(state.space)
    .bind(buried)
    .bind(state.generation)
    .fetch_all(&mut *link)
    .await?;
    let mut end = write(shelf, move |slab| {
        gone.into_iter().for_each(|(born, chunk, died)| slab.bury(born, chunk, died));
        slab.buried = state.generation;
        slab.end()
    })
    .await?;
    loop {
        let rows = after(link, state.space, end).await?;
        let is_last = (rows.len() as i64) < BATCH;
        end = write(shelf, move |slab| {
            rows.iter().for_each(|(born, chunk, vector)| slab.push(*born, *chunk, vector));
            if is_last {
                slab.finish(state.generation);
            }
            slab.end()
        })
        .await?;
        if is_last {
            return Ok(());
        }
    }
}

/// Begins anew where the form is another, or too long ago what went; says whether there is nothing
/// to do, and up to which generation it is known what went.
fn begin(slab: &mut Slab, state: State, form: Form) -> (bool, i64) {
    let is_old = slab.buried + REMEMBERED < state.generation;
    if slab.form != form || slab.dimension != state.dimension || is_old {
        *slab = Slab::new(form, state.dimension);
        slab.buried = state.generation;
        slab.reserve(state.vectors);
    }
    // What is past cannot be added to what already knows more of what went.
    let is_past = state.generation < slab.buried;
    let is_current = slab.first.is_some() && slab.latest >= state.generation;
    (is_past || is_current, slab.buried)
}

async fn after(
    link: &mut SqliteConnection,
    space: i64,
    (born, chunk): (i64, i64),
) -> Result<Vec<(i64, i64, Vector)>, Error> {
    let rows: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as(
        "select born, chunk, vector from chunk_vector
         where space = ? and (born, chunk) > (?, ?) order by born, chunk limit ?",
    )
    .bind(space)
    .bind(born)
    .bind(chunk)
    .bind(BATCH)
    .fetch_all(link)
    .await?;
    Ok(rows.into_iter().map(|(born, chunk, bytes)| (born, chunk, floats(&bytes))).collect())
}

/// Changes the slab away from what must not wait, and counts what it takes then.
async fn write<T: Send + 'static>(
    shelf: &Arc<Shelf>,
    change: impl FnOnce(&mut Slab) -> T + Send + 'static,
) -> Result<T, Error> {
    let shelf = Arc::clone(shelf);
    let changed = spawn_blocking(move || {
        let told = change(&mut shelf.slab.write().unwrap_or_else(PoisonError::into_inner));
        shelf.bytes.store(read(&shelf.slab, Slab::size), Ordering::Relaxed);
        told
    });
    changed.await.map_err(Error::broken)
}
