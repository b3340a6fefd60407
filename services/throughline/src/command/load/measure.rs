use std::time::Duration;

use serde::{Serialize, Serializer};

/// Durations, kept whole: four bytes each are little, and percentiles are exact.
#[derive(Debug, Default)]
pub(super) struct Measure(Vec<u32>);

/// What a measure says, in milliseconds where it is written as JSON.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Summary {
    /// Half were as fast.
    #[serde(serialize_with = "milliseconds")]
    pub(super) p50: Duration,
    /// 95 of 100 were as fast.
    #[serde(serialize_with = "milliseconds")]
    pub(super) p95: Duration,
    /// 99 of 100 were as fast.
    #[serde(serialize_with = "milliseconds")]
    pub(super) p99: Duration,
    /// The slowest.
    #[serde(serialize_with = "milliseconds")]
    pub(super) max: Duration,
}

impl Measure {
    /// Takes one more.
    pub(super) fn add(&mut self, duration: Duration) {
        self.0.push(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX));
    }

    /// What was measured; none where nothing was.
    pub(super) fn summary(&self) -> Option<Summary> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        // The nearest rank: a duration that was measured, never one between two.
        let at = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100);
            let micros = sorted.get(rank.saturating_sub(1))?;
            Some(Duration::from_micros((*micros).into()))
        };
        Some(Summary { p50: at(50)?, p95: at(95)?, p99: at(99)?, max: at(100)? })
    }
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 10_000.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let mut measure = Measure::default();
        (1..=200).rev().for_each(|millis| measure.add(Duration::from_millis(millis)));
        let Summary { p50, p95, p99, max } = measure.summary().unwrap();
        assert_eq!([p50, p95, p99, max], [100, 190, 198, 200].map(Duration::from_millis));
    }

    #[test]
    fn one_is_every_percentile_and_none_is_none() {
        let mut measure = Measure::default();
        assert!(measure.summary().is_none());
        measure.add(Duration::from_secs(9000));
        let summary = measure.summary().unwrap();
        assert_eq!((summary.p50, summary.max), (summary.p99, summary.p95));
        // What does not fit in four bytes is more than an hour all the same.
        assert!(summary.max > Duration::from_secs(3600));
    }
}
