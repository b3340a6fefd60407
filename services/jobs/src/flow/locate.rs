use std::collections::HashMap;

use serde_json::value::RawValue;

/// The line, from 1, of the value that a JSON pointer names in a text.
pub(super) fn line(text: &str, pointer: &str) -> usize {
    let found = value(text, pointer).unwrap_or(text);
    // The value is a part of the text, so the distance is where it begins.
    let at = (found.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn value<'t>(text: &'t str, pointer: &str) -> Option<&'t str> {
    let mut here = text;
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        here = member(here, &name).or_else(|| item(here, &name))?;
    }
    Some(here)
}

fn member<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let members: HashMap<String, &'t RawValue> = serde_json::from_str(text).ok()?;
    members.get(name).map(|value| value.get())
}

fn item<'t>(text: &'t str, index: &str) -> Option<&'t str> {
    let items: Vec<&'t RawValue> = serde_json::from_str(text).ok()?;
    items.get(index.parse::<usize>().ok()?).map(|value| value.get())
}
