use std::time::Duration;

use http::{HeaderMap, HeaderValue};

use crate::deadline::{Error, GRPC_TIMEOUT};

const MOST_DIGITS: usize = 8;
const MOST: u128 = 99_999_999;

/// Reads the budget that a caller granted, if it granted a limited one.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<Duration>, Error> {
    let mut values = headers.get_all(GRPC_TIMEOUT).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => parse(value).map(Some).ok_or(Error::InvalidTimeout),
        (Some(_), Some(_)) => Err(Error::InvalidTimeout),
    }
}

/// Writes a budget, rounded down, in the finest unit that eight digits can hold.
///
/// Answers what was written, so that both sides count the same time.
pub(super) fn write(budget: Duration, headers: &mut HeaderMap) -> Duration {
    let (micros, millis) = (budget.as_micros(), budget.as_millis());
    let (text, written) = if micros <= MOST {
        (format!("{micros}u"), Duration::from_micros(narrow(micros)))
    } else if millis <= MOST {
        (format!("{millis}m"), Duration::from_millis(narrow(millis)))
    } else {
        let seconds = u128::from(budget.as_secs()).min(MOST);
        (format!("{seconds}S"), Duration::from_secs(narrow(seconds)))
    };
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(GRPC_TIMEOUT, value);
    }
    written
}

fn narrow(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn parse(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number || digits.len() > MOST_DIGITS {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 60 * 60)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(GRPC_TIMEOUT.parse().unwrap(), text.parse().unwrap())])
    }

    #[test]
    fn every_unit_is_understood() {
        for (text, millis) in [
            ("2H", 7_200_000),
            ("2M", 120_000),
            ("2S", 2_000),
            ("2m", 2),
            ("2000u", 2),
            ("2000000n", 2),
            ("0n", 0),
            ("99999999m", 99_999_999),
        ] {
            let budget = read(&headers(text)).unwrap();
            assert_eq!(budget, Some(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_no_budget_is_refused() {
        for text in ["", "S", "1", "1s", "-1S", "+1S", "1.5S", "123456789n", "1 S", "1SS"] {
            assert_eq!(read(&headers(text)), Err(Error::InvalidTimeout), "{text:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for budget in [
            Duration::ZERO,
            Duration::from_micros(99_999_999),
            Duration::from_millis(100_000),
            Duration::from_secs(100_000_000),
            Duration::MAX,
        ] {
            let mut headers = HeaderMap::new();
            let written = write(budget, &mut headers);
            assert_eq!(read(&headers), Ok(Some(written)));
            assert!(written <= budget);
        }
    }
}
