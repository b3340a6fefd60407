//! Names of things: a prefix that says what it is, and a UUIDv7 that sorts by time.

use uuid::Uuid;

/// Crockford's base32 in lower case: no letter that is read as another, and it sorts like the number.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// A new id, such as `job_01jd...` for the prefix `job`.
pub fn new(prefix: &str) -> String {
    let mut number = Uuid::now_v7().as_u128();
    let mut digits = ['0'; LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = char::from(DIGITS[(number % 32) as usize]);
        number /= 32;
    }
    let digits: String = digits.iter().collect();
    format!("{prefix}_{digits}")
}

/// Whether a text is an id with this prefix, in the one spelling that [`new`] writes.
pub fn is(prefix: &str, text: &str) -> bool {
    let digits = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_'));
    digits.is_some_and(|digits| {
        // 26 digits have room for 130 bits, two more than there are.
        let fits = digits.starts_with(|first| matches!(first, '0'..='7'));
        fits && digits.len() == LENGTH && digits.bytes().all(|digit| DIGITS.contains(&digit))
    })
}
