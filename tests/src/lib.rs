//! The whole suite, started inside a test, and what stands around it.
//!
//! It holds no expectation of its own: what must be true stands in `tests/cases`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a harness fails by panicking, and shows what the processes said"
)]
#![allow(clippy::disallowed_methods, reason = "a harness owns its tasks and its environment")]

mod cohere;
mod collector;
mod hosting;
mod moto;
mod postgres;
mod process;
mod provider;
mod receiver;
mod suite;
mod vecs;
mod world;

use std::time::Duration;

pub use crate::cohere::{Cohere, Mood};
pub use crate::collector::{Collector, Exported, Trace};
pub use crate::hosting::{
    ENDPOINT, Hosted, Hosting, Mode, TARGET, credentials, id, succeeded, why_not,
};
pub use crate::moto::{Moto, environment as aws_environment};
pub use crate::postgres::database;
pub use crate::process::{Process, binary, command};
pub use crate::provider::{Asked, Provider};
pub use crate::receiver::{Answer, Call, Receiver};
pub use crate::suite::{Suite, sample, tomorrow};
pub use crate::vecs::vecs_table;
pub use crate::world::{Placement, Setup, Store, World};

/// The secret that every suite signs with and every receiver checks with.
pub const SECRET: &str = "whsec_dGhyb3VnaGxpbmUtdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OQ==";

/// How long a test waits for something that must happen; only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// What comes of a future; fails, saying what was waited for, where nothing comes.
pub async fn within<F: Future>(what: &str, future: F) -> F::Output {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(output) => output,
        Err(_) => panic!("waited {PATIENCE:?} for {what}"),
    }
}

/// Asks again and again until there is an answer; fails, saying what was waited for, where there is none.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within(what, asking).await
}

/// Serves plain HTTP for as long as the test lives, and answers at which URL.
pub async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}
