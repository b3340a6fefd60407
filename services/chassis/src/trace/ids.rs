use std::cell::Cell;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use tokio::task::futures::TaskLocalFuture;

tokio::task_local! {
    static FIRST: Cell<Option<SpanId>>;
}

/// Runs a future in which the first span that is recorded gets this id, in 16 hexadecimal digits.
///
/// So another process can tell the span, should this one die before it does.
pub fn first_span<F: Future>(id: &str, future: F) -> TaskLocalFuture<Cell<Option<SpanId>>, F> {
    let id = SpanId::from_hex(id).ok().filter(|id| *id != SpanId::INVALID);
    FIRST.scope(Cell::new(id), future)
}

/// Draws ids at random, except where [`first_span`] has set one aside.
#[derive(Debug, Default)]
pub(crate) struct SpanIds(RandomIdGenerator);

impl IdGenerator for SpanIds {
    fn new_trace_id(&self) -> TraceId {
        self.0.new_trace_id()
    }

    fn new_span_id(&self) -> SpanId {
        let set_aside = FIRST.try_with(Cell::take).ok().flatten();
        set_aside.unwrap_or_else(|| self.0.new_span_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_span_alone_gets_the_id() {
        let ids = SpanIds::default();
        let draw = async { [ids.new_span_id(), ids.new_span_id()] };
        let [first, second] = first_span("00f067aa0ba902b7", draw).await;
        assert_eq!(first.to_string(), "00f067aa0ba902b7");
        assert_ne!(second, first);
        assert_ne!(ids.new_span_id(), first);
    }
}
