//! Draws a job's timeline as a waterfall.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use chassis::clock::Time;
use proto::jobs::{GetTimelineResponse, TimelineEntry};

use crate::command::jobs::time;
use crate::print::{Style, styled};

const NAME: usize = 24;
const BAR: usize = 40;

/// The waterfall's lines: one a stretch, indented below the span that it belongs to.
pub(crate) fn lines(timeline: &GetTimelineResponse) -> Vec<String> {
    let spans: Vec<Span<'_>> = timeline.entries.iter().filter_map(Span::of).collect();
    let Some(begin) = spans.iter().map(|span| span.start).min() else { return Vec::new() };
    let end = spans.iter().map(|span| span.end).max().unwrap_or(begin);
    let scale = Scale { begin, total: end.since(begin).max(Duration::from_micros(1)) };
    let parents: HashMap<&str, &str> =
        spans.iter().map(|s| (s.entry.span_id.as_str(), s.entry.parent_span_id.as_str())).collect();
    spans.iter().map(|span| span.line(&scale, depth(span.entry, &parents))).collect()
}

struct Span<'a> {
    entry: &'a TimelineEntry,
    start: Time,
    end: Time,
}

struct Scale {
    begin: Time,
    total: Duration,
}

impl<'a> Span<'a> {
    fn of(entry: &'a TimelineEntry) -> Option<Self> {
        let start = time(entry.started_at.as_ref())?;
        Some(Self { entry, start, end: time(entry.ended_at.as_ref()).unwrap_or(start) })
    }

    fn line(&self, scale: &Scale, depth: usize) -> String {
        let name = format!("{}{}", "  ".repeat(depth), self.name());
        let from = scale.column(self.start);
        let to = scale.column(self.end).max(from + 1).min(BAR);
        let from = from.min(to - 1);
        let bar = format!("{}{}", " ".repeat(from), "█".repeat(to - from));
        let mut line = format!("{name:NAME$} {:>9}  ", millis(self.end.since(self.start)));
        let pad = " ".repeat(BAR - to);
        let _ = write!(line, "{}{pad}  {}", styled(self.style(), bar), self.outcome());
        line.trim_end().to_owned()
    }

    fn name(&self) -> String {
        let TimelineEntry { kind, name, attempt, .. } = self.entry;
        match kind.as_str() {
            "step" => format!("step {name}"),
            "attempt" | "delivery" if *attempt > 1 => format!("{kind} {attempt}"),
            _ => kind.clone(),
        }
    }

    fn outcome(&self) -> String {
        let TimelineEntry { status, detail, .. } = self.entry;
        let status = if status == "ok" { "" } else { status };
        [status, detail].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn style(&self) -> Style {
        match (self.entry.status.as_str(), self.entry.kind.as_str()) {
            ("error" | "lost", _) => Style::Bad,
            (_, "queued" | "accept") => Style::Faint,
            _ => Style::Good,
        }
    }
}

impl Scale {
    fn column(&self, at: Time) -> usize {
        let share = at.since(self.begin).as_secs_f64() / self.total.as_secs_f64();
        ((share * BAR as f64) as usize).min(BAR)
    }
}

/// How many of a stretch's ancestors are in the timeline.
fn depth(entry: &TimelineEntry, parents: &HashMap<&str, &str>) -> usize {
    let mut above = entry.parent_span_id.as_str();
    let mut depth = 0;
    while depth < 8 && !above.is_empty() {
        let Some(next) = parents.get(above) else { break };
        (above, depth) = (next, depth + 1);
    }
    depth
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}
