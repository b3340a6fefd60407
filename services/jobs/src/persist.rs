//! Writing down what has happened, through outages of the store.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::Error;

const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(1);

/// Tries a write again while the store does not serve, for as long as `patience`.
///
/// A write whose answer was lost may be made twice; each is fenced, so that the second one finds
/// its work done.
pub(crate) async fn persist<T, F>(
    patience: Duration,
    mut write: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let give_up = Instant::now() + patience;
    let mut wait = SHORTEST;
    loop {
        match write().await {
            Err(Error::Unavailable(_)) if Instant::now() + wait < give_up => {}
            done => return done,
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST);
    }
}
