//! Sizes as people write them, such as `6MiB`; for `#[serde(with = ...)]`.

use serde::{Deserialize, Deserializer, Serializer, de};

const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("B", 1),
    ("kB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
];

/// Reads a size such as `6MiB` or `250 kB`; a number alone counts bytes.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(text.trim())
        .ok_or_else(|| de::Error::custom("is not a size such as \"250kB\", \"6MiB\" or \"1GiB\""))
}

/// Writes a size as [`deserialize`] reads it, in bytes.
pub fn serialize<S: Serializer>(size: &usize, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{size}B"))
}

fn parse(text: &str) -> Option<usize> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (_, factor) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim()))?;
    usize::try_from(number.parse::<u64>().ok()?.checked_mul(*factor)?).ok()
}
