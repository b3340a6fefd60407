use minijinja::value::{Kwargs, StringInput};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters};

use crate::template::output::LIMIT;

/// Replaces the filters that can make much out of little: fuel counts instructions, not what they make.
pub(super) fn install(engine: &mut Environment<'_>) {
    engine.add_filter("join", join);
    engine.add_filter("replace", replace);
    engine.add_filter("indent", indent);
    // Their sizes are arguments, and nobody writes prompts with them.
    for name in ["batch", "slice", "format"] {
        engine.remove_filter(name);
    }
}

fn join(state: &State<'_, '_>, items: &Value, by: Option<StringInput<'_>>) -> Result<Value, Error> {
    let joiner = by.as_ref().map_or(0, |by| by.as_str().len());
    within(items.len().unwrap_or_default().saturating_mul(joiner))?;
    filters::join(state, items, by)
}

#[allow(clippy::needless_pass_by_value, reason = "a filter takes its arguments so")]
fn replace(
    text: StringInput<'_>,
    from: StringInput<'_>,
    to: StringInput<'_>,
) -> Result<String, Error> {
    let (text, from, to) = (text.as_str(), from.as_str(), to.as_str());
    within(text.matches(from).count().saturating_mul(to.len()))?;
    Ok(text.replace(from, to))
}

fn indent(
    text: StringInput<'_>,
    width: Option<usize>,
    first: Option<bool>,
    blank: Option<bool>,
    options: Kwargs,
) -> Result<Value, Error> {
    let width_of = width.or_else(|| options.peek("width").ok());
    within(text.as_str().lines().count().saturating_mul(width_of.unwrap_or_default()))?;
    filters::indent(text, width, first, blank, options)
}

fn within(size: usize) -> Result<(), Error> {
    let too_large = || Error::new(ErrorKind::InvalidOperation, "the result would be too large");
    (size <= LIMIT).then_some(()).ok_or_else(too_large)
}
