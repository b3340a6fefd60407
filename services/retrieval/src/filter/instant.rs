/// How many days each month has where February has 28.
const DAYS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const SECOND: i64 = 1_000_000;

/// A date or a date and time of RFC 3339, in microseconds since 1970; `None` where it is neither.
///
/// Years are those from 1 to 9999. A second 60 is the first of the next minute.
pub(crate) fn instant(text: &str) -> Option<i64> {
    let mut rest = text;
    let year = number(&mut rest, 4, 1..=9999)?;
    let month = part(&mut rest, '-', 1..=12)?;
    let day = part(&mut rest, '-', 1..=days_of(year, month))?;
    let days = days_before(year, month) + day - 1;
    let seconds = if rest.is_empty() { 0 } else { time(&mut rest)? };
    let (seconds, micros) = (days * 86_400 + seconds / SECOND, seconds % SECOND);
    let offset = offset(rest)?;
    Some((seconds - offset * 60) * SECOND + micros)
}

/// The time of day in microseconds.
fn time(rest: &mut &str) -> Option<i64> {
    *rest = rest.strip_prefix(['T', 't', ' '])?;
    let hours = number(rest, 2, 0..=23)?;
    let minutes = part(rest, ':', 0..=59)?;
    let seconds = part(rest, ':', 0..=60)?;
    let mut micros = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let known = fraction.get(..digits.min(6)).filter(|known| !known.is_empty())?;
        micros = format!("{known:0<6}").parse().ok()?;
        *rest = &fraction[digits..];
    }
    Some((hours * 3600 + minutes * 60 + seconds) * SECOND + micros)
}

/// How many minutes the clock is ahead of UTC.
fn offset(mut rest: &str) -> Option<i64> {
    if matches!(rest, "" | "Z" | "z") {
        return Some(0);
    }
    let sign = if rest.starts_with('-') { -1 } else { 1 };
    rest = rest.strip_prefix(['+', '-'])?;
    let minutes = number(&mut rest, 2, 0..=23)? * 60 + part(&mut rest, ':', 0..=59)?;
    rest.is_empty().then_some(sign * minutes)
}

fn part(rest: &mut &str, before: char, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    *rest = rest.strip_prefix(before)?;
    number(rest, 2, range)
}

/// So many digits.
fn number(rest: &mut &str, digits: usize, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let text = rest.get(..digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    *rest = &rest[digits..];
    text.parse().ok().filter(|number| range.contains(number))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    let days = usize::try_from(month - 1).ok().and_then(|at| DAYS.get(at)).copied();
    days.unwrap_or(0) + i64::from(month == 2 && is_leap(year))
}

/// How many days lie between the first of 1970 and the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let past = year - 1;
    let leaps = |years: i64| years / 4 - years / 100 + years / 400;
    let of_years = past * 365 + leaps(past) - (1969 * 365 + leaps(1969));
    of_years + (1..month).map(|month| days_of(year, month)).sum::<i64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_their_midnight_and_times_know_their_offset() {
        let cases = [
            ("1970-01-01", 0),
            ("1969-12-31T23:59:59.5Z", -500_000),
            ("2024-02-29", 1_709_164_800_000_000),
            ("2024-02-29T12:30:00+02:00", 1_709_202_600_000_000),
            ("2024-02-29 10:30:00.0000009z", 1_709_202_600_000_000),
            ("2024-02-29t10:30:00", 1_709_202_600_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
            ("0001-01-01", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59.999999-23:59", 253_402_387_139_999_999),
        ];
        for (text, micros) in cases {
            assert_eq!(instant(text), Some(micros), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "2024",
            "2024-02",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "0000-01-01",
            "2024-01-01T",
            "2024-01-01T10",
            "2024-01-01T10:00",
            "2024-01-01T24:00:00",
            "2024-01-01T10:00:00.",
            "2024-01-01T10:00:00.Z",
            "2024-01-01T10:00:00+2",
            "2024-01-01T10:00:00+24:00",
            "2024-01-01Zx",
            " 2024-01-01",
            "2024-1-1",
            "+024-01-01",
            "２０２４-01-01",
            "2024-01-01T10:00:00ZZ",
            "2024-01-01é",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
