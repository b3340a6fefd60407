use std::collections::HashSet;
use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::template::filters;

/// How many instructions one rendering may take; a loop over ten thousand passages takes a tenth.
const FUEL: u64 = 2_000_000;

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_auto_escape_callback(|_| AutoEscape::None);
    engine.set_fuel(Some(FUEL));
    engine.set_debug(true);
    filters::install(&mut engine);
    engine
});

pub(super) fn engine() -> &'static Environment<'static> {
    &ENGINE
}

/// The variables that a template reads, in the order of the alphabet, without the functions there are.
pub(super) fn names_in_template(text: &str) -> Vec<String> {
    let template = engine().template_from_named_str("names", text);
    template.map(|template| names(template.undeclared_variables(false))).unwrap_or_default()
}

/// The variables that an expression reads, likewise.
pub(super) fn names_in_expression(text: &str) -> Vec<String> {
    let expression = engine().compile_expression(text);
    expression.map(|expression| names(expression.undeclared_variables(false))).unwrap_or_default()
}

fn names(variables: HashSet<String>) -> Vec<String> {
    let is_global = |name: &String| engine().globals().any(|(global, _)| global == name);
    let mut names: Vec<String> = variables.into_iter().filter(|name| !is_global(name)).collect();
    names.sort();
    names
}
