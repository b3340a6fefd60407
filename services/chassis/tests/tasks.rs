//! Tasks: what they keep of their maker, and who starts them again.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chassis::auth::{self, Tenant};
use chassis::deadline::{self, Deadline};
use chassis::task::{self, CancellationToken, Tasks};
use chassis::trace::{self, TraceContext};
use tokio::sync::Notify;
use tokio::time::timeout;
use tracing::Span;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn spawned_task_keeps_trace_and_tenant_and_not_the_deadline() {
    let (context, tenant) = (TraceContext::random(), Tenant::new("acme").unwrap());
    let spawn = async {
        assert!(deadline::current().is_some());
        let kept = async { (trace::current(), auth::current(), deadline::current()) };
        task::spawn(kept).await.unwrap()
    };
    let spawn = deadline::scope(Deadline::after(PATIENCE), auth::scope(tenant.clone(), spawn));
    let (kept, whose, until) = trace::scope(context.clone(), Span::none(), spawn).await;
    assert_eq!((kept, whose), (Some(context), tenant));
    assert!(until.is_none());
}

#[tokio::test]
async fn task_that_panics_starts_again() {
    let stop = CancellationToken::new();
    let tasks = Tasks::new(stop.clone());
    let (runs, third) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counted, reached, stopped) = (Arc::clone(&runs), Arc::clone(&third), stop.clone());
    tasks.supervise("flaky", move || {
        let (runs, third, stop) = (Arc::clone(&counted), Arc::clone(&reached), stopped.clone());
        async move {
            assert!(runs.fetch_add(1, Ordering::Relaxed) == 2, "not yet");
            third.notify_one();
            stop.cancelled().await;
        }
    });
    timeout(PATIENCE, third.notified()).await.unwrap();
    stop.cancel();
    timeout(PATIENCE, tasks.stopped()).await.unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn task_that_panics_while_stopping_is_left() {
    let stop = CancellationToken::new();
    let tasks = Tasks::new(stop.clone());
    let runs = Arc::new(AtomicUsize::new(0));
    let (counted, stopped) = (Arc::clone(&runs), stop.clone());
    tasks.supervise("hopeless", move || {
        counted.fetch_add(1, Ordering::Relaxed);
        stopped.cancel();
        async { panic!("cannot even begin") }
    });
    timeout(PATIENCE, tasks.stopped()).await.unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn panic_in_making_the_task_is_survived() {
    let stop = CancellationToken::new();
    let tasks = Tasks::new(stop.clone());
    let (made, done) = (AtomicUsize::new(0), Arc::new(Notify::new()));
    let reached = Arc::clone(&done);
    tasks.supervise("clumsy", move || {
        assert!(made.fetch_add(1, Ordering::Relaxed) > 0, "the first making fails");
        let done = Arc::clone(&reached);
        async move { done.notify_one() }
    });
    timeout(PATIENCE, done.notified()).await.unwrap();
    timeout(PATIENCE, tasks.stopped()).await.unwrap();
}

#[tokio::test]
async fn task_that_ends_is_not_started_again() {
    let tasks = Tasks::new(CancellationToken::new());
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    tasks.supervise("short", move || {
        counted.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    timeout(PATIENCE, tasks.stopped()).await.unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}
