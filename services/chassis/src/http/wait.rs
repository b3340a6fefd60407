use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// What several providers send beside the standard header, since seconds are coarse.
const RETRY_AFTER_MS: &str = "retry-after-ms";
/// Nobody waits longer than this, whatever a header says.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// How long an answer asks to wait before the next request: milliseconds, seconds or a date; an hour at most.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let millis =
        text(RETRY_AFTER_MS).and_then(|text| text.parse::<f64>().ok()).map(|ms| ms / 1000.0);
    let after = text(RETRY_AFTER.as_str());
    let seconds = millis.or_else(|| after.and_then(|text| text.parse().ok()));
    let wait = match seconds {
        Some(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        None => {
            let date = after.and_then(|text| httpdate::parse_http_date(text).ok());
            date.map(|date| date.duration_since(SystemTime::now()).unwrap_or_default())
        }
    };
    wait.map(|wait| wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(name: &'static str, value: &str) -> Option<Duration> {
        retry_after(&HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]))
    }

    #[test]
    fn a_wait_is_seconds_milliseconds_or_a_date() {
        assert_eq!(waits("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(waits("retry-after-ms", "250"), Some(Duration::from_millis(250)));
        let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(90));
        let wait = waits("retry-after", &date).unwrap();
        assert!((80..=90).contains(&wait.as_secs()), "{wait:?}");
    }

    #[test]
    fn a_wait_that_is_none_is_left_out_and_a_long_one_cut() {
        assert_eq!(waits("retry-after", "soon"), None);
        assert_eq!(waits("retry-after", "-5"), None);
        assert_eq!(waits("retry-after", "NaN"), None);
        assert_eq!(waits("retry-after", "1e9"), Some(LONGEST));
        assert_eq!(waits("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
    }
}
