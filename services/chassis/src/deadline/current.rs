use std::time::Duration;

use tokio::time::Instant;

/// Longer than anybody waits, and short enough to be added to any moment.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The moment at which an answer stops being of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline that passes after this much time; a year at most.
    pub fn after(budget: Duration) -> Self {
        Self(Instant::now() + budget.min(FOREVER))
    }

    /// The time that is left, zero once it has passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether nothing is left.
    pub fn has_passed(self) -> bool {
        self.remaining().is_zero()
    }

    /// The moment itself, for timers.
    pub fn instant(self) -> Instant {
        self.0
    }
}

tokio::task_local! {
    static CURRENT: Deadline;
}

/// The deadline of the request or the step that the running task works for, if it has one.
pub fn current() -> Option<Deadline> {
    CURRENT.try_with(|deadline| *deadline).ok()
}

/// Tells a future until when it may work: calls that it makes to other services get what is left.
///
/// A nearer deadline around it stays in force. Nothing is cut off here; `tokio::time` does that.
pub async fn scope<F: Future>(deadline: Deadline, future: F) -> F::Output {
    CURRENT.scope(nearer(deadline), future).await
}

/// The same for a function.
pub(super) fn within<T>(deadline: Deadline, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(nearer(deadline), work)
}

fn nearer(deadline: Deadline) -> Deadline {
    current().map_or(deadline, |around| around.min(deadline))
}
