//! What is measured, told as lines in CloudWatch's embedded metric format.
//!
//! Each line is one happening with its values, so that percentiles come out right. Where nobody asked for
//! metrics, nothing is done.

use std::io::{Write, stdout};
use std::sync::OnceLock;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use crate::clock::Time;

/// More values than this are refused by the format.
const MOST_MEASURES: usize = 100;

static NAMESPACE: OnceLock<String> = OnceLock::new();

/// One value of one happening.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// The metric's name, a documented constant of whoever measures.
    pub name: &'static str,
    /// What the value counts.
    pub unit: Unit,
    /// The value.
    pub value: f64,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// How many.
    Count,
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Something that the format has no word for, such as dollars.
    Other,
}

impl Measure {
    /// So many of something.
    pub fn count(name: &'static str, value: f64) -> Self {
        Self { name, unit: Unit::Count, value }
    }
}

/// Tells what was measured, in one line; does nothing where metrics were not asked for.
///
/// A value that is no finite number, and what goes beyond a hundred values, is left out.
pub fn record(measures: &[Measure]) {
    let Some(namespace) = NAMESPACE.get() else { return };
    if let Some(line) = line(namespace, Time::from(SystemTime::now()), measures) {
        // In one piece, so that lines of other threads do not come between; there is nowhere to report a failure.
        let _ = stdout().lock().write_all(line.as_bytes());
    }
}

/// Whether metrics were asked for, for those that cost a query.
pub fn are_wanted() -> bool {
    NAMESPACE.get().is_some()
}

/// From now on metrics are told under this namespace; the first one stays.
pub(crate) fn tell_under(namespace: &str) {
    let _ = NAMESPACE.set(namespace.to_owned());
}

fn line(namespace: &str, now: Time, measures: &[Measure]) -> Option<String> {
    let finite = measures.iter().filter(|measure| measure.value.is_finite());
    let told: Vec<&Measure> = finite.take(MOST_MEASURES).collect();
    if told.is_empty() {
        return None;
    }
    let definitions =
        told.iter().map(|measure| json!({ "Name": measure.name, "Unit": unit(measure.unit) }));
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": now.micros() / 1000,
            "CloudWatchMetrics": [{
                "Namespace": namespace,
                "Dimensions": [[]],
                "Metrics": definitions.collect::<Vec<_>>(),
            }],
        }),
    );
    line.extend(told.iter().map(|measure| (measure.name.to_owned(), measure.value.into())));
    Some(format!("{}\n", Value::Object(line)))
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "Count",
        Unit::Milliseconds => "Milliseconds",
        Unit::Seconds => "Seconds",
        Unit::Other => "None",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn happening_is_one_line_that_names_and_holds_its_values() {
        let duration = Measure { name: "JobDuration", unit: Unit::Milliseconds, value: 1250.5 };
        let measures = [Measure::count("JobsSucceeded", 1.0), duration];
        let line = line("Throughline/dev", Time::from_micros(1_700_000_000_123_456), &measures);
        let line = line.unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(
            serde_json::from_str::<Value>(&line).unwrap(),
            json!({
                "_aws": { "Timestamp": 1_700_000_000_123_i64, "CloudWatchMetrics": [{
                    "Namespace": "Throughline/dev",
                    "Dimensions": [[]],
                    "Metrics": [
                        { "Name": "JobsSucceeded", "Unit": "Count" },
                        { "Name": "JobDuration", "Unit": "Milliseconds" },
                    ],
                }] },
                "JobsSucceeded": 1.0,
                "JobDuration": 1250.5,
            })
        );
    }

    #[test]
    fn what_is_no_number_is_left_out_and_nothing_makes_no_line() {
        let told = |measures: &[Measure]| line("Throughline", Time::default(), measures);
        assert_eq!(told(&[]), None);
        assert_eq!(
            told(&[Measure::count("A", f64::NAN), Measure::count("B", f64::INFINITY)]),
            None
        );
        let many: Vec<_> = (0..150).map(|_| Measure::count("A", 1.0)).collect();
        assert_eq!(told(&many).unwrap().matches("\"Name\"").count(), 100);
    }
}
