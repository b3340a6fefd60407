use std::io::Write;
use std::time::SystemTime;

use serde_json::{Map, Value};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::clock::Time;
use crate::telemetry::fields::{MESSAGE, fields};
use crate::trace;

/// Writes each event as one line that reads alone, with the trace it belongs to.
#[derive(Debug)]
pub(super) struct Lines<W> {
    pub(super) writer: W,
    pub(super) style: Style,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Words for people, coloured or not.
    Text { is_coloured: bool },
    /// An object for machines.
    Json,
}

impl<S, F, W> Layer<S> for Lines<F>
where
    S: Subscriber,
    F: Fn() -> W + 'static,
    W: Write,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = match self.style {
            Style::Text { is_coloured } => text(event, is_coloured),
            Style::Json => json(event),
        };
        // In one piece, so that lines of other threads do not come between; there is nowhere to report a failure.
        let _ = (self.writer)().write_all(line.as_bytes());
    }
}

fn now() -> String {
    Time::from(SystemTime::now()).to_string()
}

fn json(event: &Event<'_>) -> String {
    let metadata = event.metadata();
    let mut line = Map::new();
    line.insert("timestamp".to_owned(), now().into());
    line.insert("level".to_owned(), metadata.level().as_str().into());
    for (name, value) in fields(event) {
        line.entry(name).or_insert(value);
    }
    line.insert("target".to_owned(), metadata.target().into());
    if let Some(trace_id) = trace::id() {
        line.insert("trace_id".to_owned(), trace_id.into());
    }
    format!("{}\n", Value::Object(line))
}

fn text(event: &Event<'_>, is_coloured: bool) -> String {
    let metadata = event.metadata();
    let (dim, end) = if is_coloured { ("\x1b[2m", "\x1b[0m") } else { ("", "") };
    let colour = if is_coloured { colour(*metadata.level()) } else { "" };
    let mut fields = fields(event);
    let message = fields.shift_remove(MESSAGE).map(|message| plain(&message)).unwrap_or_default();
    let mut line =
        format!("{dim}{}{end} {colour}{:5}{end} {message}", now(), metadata.level().as_str());
    for (name, value) in fields {
        line.push_str(&format!(" {dim}{name}={end}{}", plain(&value)));
    }
    line.push_str(&format!(" {dim}{}{end}\n", metadata.target()));
    line
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        Level::INFO => "\x1b[32m",
        Level::DEBUG => "\x1b[34m",
        Level::TRACE => "\x1b[35m",
    }
}

/// A value on one line: what could begin another, or move the cursor, is escaped.
fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let escape = |letter: char| match letter {
        letter if letter.is_control() => letter.escape_default().to_string(),
        letter => letter.to_string(),
    };
    text.chars().map(escape).collect()
}
