//! Halves of surrogate pairs, which JSON can escape and no text can hold.

/// Stands for a half while the text is walked: as long as an escape, and no character at all.
pub(super) const MARK: char = '\u{fdd0}';
const MARK_ESCAPED: &[u8] = b"\\ufdd0";
const REPLACEMENT_ESCAPED: &[u8] = b"\\ufffd";
const ESCAPE: usize = MARK_ESCAPED.len();

/// Puts [`MARK`] in the place of every half, and answers where.
pub(super) fn mark(text: &mut [u8]) -> Vec<usize> {
    let mut halves = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(backslash) {
        at += found;
        let (is_half, length) = measure(&text[at..]);
        if is_half {
            text[at..at + ESCAPE].copy_from_slice(MARK_ESCAPED);
            halves.push(at);
        }
        at += length;
    }
    halves
}

/// Puts U+FFFD in the place of every half that was marked.
pub(super) fn replace(text: String, halves: &[usize]) -> String {
    if halves.is_empty() {
        return text;
    }
    let mut bytes = text.into_bytes();
    for at in halves {
        bytes[*at..*at + ESCAPE].copy_from_slice(REPLACEMENT_ESCAPED);
    }
    // An escape is ASCII in the place of ASCII, so nothing is lost here.
    String::from_utf8(bytes).unwrap_or_default()
}

fn backslash(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| *byte == b'\\')
}

/// Whether the escape at the beginning is a half, and how far to go on.
fn measure(text: &[u8]) -> (bool, usize) {
    match unit(text) {
        Some(0xd800..=0xdbff) => match text.get(ESCAPE..).and_then(unit) {
            Some(0xdc00..=0xdfff) => (false, 2 * ESCAPE),
            _ => (true, ESCAPE),
        },
        Some(0xdc00..=0xdfff) => (true, ESCAPE),
        Some(_) => (false, ESCAPE),
        None => (false, 2),
    }
}

/// The UTF-16 unit that a text begins by escaping.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = str::from_utf8(digits).ok().filter(|_| is_hex)?;
    u16::from_str_radix(digits, 16).ok()
}
