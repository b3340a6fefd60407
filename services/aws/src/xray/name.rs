use std::sync::LazyLock;

use regex::Regex;

/// The longest name that X-Ray takes, in bytes: the translator counts these.
const LONGEST: usize = 200;
const NAMELESS: &str = "unnamed";

/// What becomes a space: spaces, and what no name may hold; letters and digits of all scripts are fine.
static REFUSED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[^\pL\pN_.:/%&#=+\-@]+").ok());

/// The name as X-Ray takes it: what it refuses becomes a space, and what is too long is cut.
pub(super) fn clean(name: &str) -> String {
    let clean = match REFUSED.as_ref() {
        Some(refused) => refused.replace_all(name, " "),
        None => name.into(),
    };
    let clean = cut(clean.trim(), LONGEST).trim_end();
    if clean.is_empty() { NAMELESS } else { clean }.to_owned()
}

/// The beginning of a text, at most so many bytes of it.
pub(super) fn cut(text: &str, longest: usize) -> &str {
    text.get(..text.floor_char_boundary(longest)).unwrap_or_default()
}
