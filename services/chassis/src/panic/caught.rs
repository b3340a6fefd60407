use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::pin::pin;
use std::sync::Once;
use std::task::Poll;

use futures_util::future::poll_fn;

use crate::failure::{Failure, Kind};

/// The reason by which callers know a panic.
pub(crate) const PANIC: &str = "PANIC";

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was caught: where it happened, and deliberately not what it said.
///
/// A message such as that of a slice index may hold the text that was sliced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a bug in the service: it is logged there")]
pub struct Caught {
    location: Option<String>,
}

impl Caught {
    /// The file, line and column, where they are known.
    pub fn location(&self) -> &str {
        self.location.as_deref().unwrap_or("unknown")
    }
}

impl Failure for Caught {
    fn kind(&self) -> Kind {
        Kind::Internal
    }

    fn reason(&self) -> &'static str {
        PANIC
    }
}

/// Runs a function, and answers with the place where it panicked if it did.
///
/// Nothing is printed for such a panic; whoever catches it logs it. What the function changed may
/// be half done: it must not be used again.
///
/// # Errors
///
/// The panic, without its message.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Caught> {
    listen();
    let is_nested = CATCHING.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(is_nested);
    outcome.map_err(|_| Caught { location: LOCATION.take() })
}

/// Runs a future to its end, or to its panic, as [`catch`] runs a function.
///
/// # Errors
///
/// The panic, without its message.
pub async fn contain<F: Future>(future: F) -> Result<F::Output, Caught> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch(|| future.as_mut().poll(cx)) {
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(caught) => Poll::Ready(Err(caught)),
    })
    .await
}

/// Panics elsewhere are for the hook that was there before.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(
            move |panicked| {
                if CATCHING.get() { note(panicked) } else { before(panicked) }
            },
        ));
    });
}

fn note(panicked: &PanicHookInfo<'_>) {
    LOCATION.set(panicked.location().map(ToString::to_string));
}
