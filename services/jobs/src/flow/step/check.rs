use crate::flow::Error;
use crate::flow::scope::Scope;
use crate::flow::step::{StepKind, source};
use crate::flow::table::Table;

/// Drops the citations of an earlier step's text that do not hold.
#[derive(Clone, Debug)]
pub struct Check {
    /// The step whose text is checked.
    pub from: String,
}

pub(super) const MEMBERS: [&str; 1] = ["from"];

pub(super) fn read(table: Table<'_>, id: &str, scope: Scope<'_>) -> Result<Check, Error> {
    let from = table.need(&format!("step `{id}`"), "from", "from = \"...\"")?;
    let from = source(&from, scope, "generate step without schema", StepKind::writes_text)?;
    Ok(Check { from })
}
