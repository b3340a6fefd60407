//! Hints from this process to others and back, over a database that several processes share.

use std::sync::Arc;
use std::time::Duration;

use chassis::task::CancellationToken;
use tokio::sync::{Mutex, mpsc};
use tokio::time::sleep;
use tracing::{info, warn};
use uuid::Uuid;

use crate::error::Error;
use crate::store::Store;
use crate::wake::{Hint, Wake, wire};

/// Hints of this long are told in one notification, since each one takes a lock of the whole database.
const GATHER: Duration = Duration::from_millis(20);
const RECONNECT: Duration = Duration::from_secs(1);

/// Carries hints between processes; idle where only one process uses the store.
pub(crate) struct Relay {
    store: Store,
    wake: Arc<Wake>,
    told: Mutex<mpsc::Receiver<Hint>>,
    me: String,
}

impl Relay {
    pub(crate) fn new(store: Store, wake: Arc<Wake>, told: mpsc::Receiver<Hint>) -> Self {
        Self { store, wake, told: Mutex::new(told), me: Uuid::now_v7().simple().to_string() }
    }

    /// Tells others what happens here, until it is stopped.
    pub(crate) async fn tell(&self, stop: CancellationToken) {
        let mut told = self.told.lock().await;
        loop {
            let first = tokio::select! {
                hint = told.recv() => hint,
                () = stop.cancelled() => return,
            };
            let Some(first) = first else { return };
            if self.store.is_embedded() {
                continue;
            }
            sleep(GATHER).await;
            let mut hints = vec![first];
            while let Ok(hint) = told.try_recv() {
                hints.push(hint);
            }
            if let Err(error) = self.store.notify(&wire::write(&self.me, &hints)).await {
                // They look by themselves, a little later.
                warn!(
                    error = error.told(),
                    hints = hints.len(),
                    "other processes were not told what is due"
                );
            }
        }
    }

    /// Hears what happens elsewhere, until it is stopped.
    pub(crate) async fn listen(&self, stop: CancellationToken) {
        if self.store.is_embedded() {
            return;
        }
        loop {
            let ended = tokio::select! {
                ended = self.listen_once() => ended,
                () = stop.cancelled() => return,
            };
            match ended {
                Ok(()) => {
                    return info!(
                        "behind a pooler nothing can be heard: due work is found by looking"
                    );
                }
                Err(error) => {
                    warn!(error = error.told(), "notifications broke off and are taken up again")
                }
            }
            tokio::select! {
                () = sleep(RECONNECT) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Ends with an error when the connection is lost, and without one where there is none to have.
    async fn listen_once(&self) -> Result<(), Error> {
        let Some(mut listener) = self.store.listener().await? else { return Ok(()) };
        // What was told while nobody listened is gone.
        self.wake.hear_all();
        loop {
            for hint in wire::read(&self.me, &listener.recv().await?) {
                self.wake.hear(&hint);
            }
        }
    }
}
