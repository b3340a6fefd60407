mod check;
mod generate;
mod rerank;
mod retrieve;

pub use crate::flow::step::check::Check;
pub use crate::flow::step::generate::Generate;
pub use crate::flow::step::rerank::{Rerank, Stage};
pub(crate) use crate::flow::step::retrieve::QUERIES_LIMIT;
pub use crate::flow::step::retrieve::Retrieve;
pub(super) use crate::flow::step::retrieve::collection;

use crate::flow::nearest::{listed, nearest};
use crate::flow::scope::{INPUT, PASSAGES, Scope};
use crate::flow::table::{Field, Table};
use crate::flow::{Error, Setting};

/// One step of a flow.
#[derive(Clone, Debug)]
pub struct Step {
    /// The name under which later expressions see its value.
    pub id: String,
    /// What it does.
    pub kind: StepKind,
    /// Whether it runs at all; it does where nothing is said.
    pub when: Option<Setting>,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// Finds passages.
    Retrieve(Retrieve),
    /// Puts passages into a better order.
    Rerank(Rerank),
    /// Writes a text, or an object that fits a schema.
    Generate(Box<Generate>),
    /// Drops citations that do not hold.
    Check(Check),
}

const KINDS: [&str; 4] = ["retrieve", "rerank", "generate", "check"];
const SHARED: [&str; 3] = ["id", "kind", "when"];
/// Names that templates give a meaning of their own.
const RESERVED: [&str; 14] = [
    INPUT, PASSAGES, "loop", "self", "super", "true", "false", "none", "not", "and", "or", "in",
    "is", "if",
];

impl StepKind {
    /// Its name, as flows write it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Retrieve(_) => "retrieve",
            Self::Rerank(_) => "rerank",
            Self::Generate(_) => "generate",
            Self::Check(_) => "check",
        }
    }

    /// Whether its value has passages.
    pub(super) fn finds_passages(&self) -> bool {
        matches!(self, Self::Retrieve(_) | Self::Rerank(_))
    }

    /// Whether its value is a text with citations.
    pub(super) fn writes_text(&self) -> bool {
        matches!(self, Self::Generate(generate) if generate.schema.is_none())
    }
}

/// Reads the id of a step, before anything else of it.
pub(super) fn id(table: Table<'_>) -> Result<String, Error> {
    let field = table.need("a step", "id", "id = \"...\"")?;
    let id = field.plain()?;
    let is_word = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    if id.len() > 63 || !id.bytes().all(is_word) || !id.as_bytes()[0].is_ascii_lowercase() {
        let remedy = "use lower-case letters, digits and `_`, beginning with a letter";
        return Err(field.error(format!("`{id}` cannot be the id of a step"), remedy));
    }
    if RESERVED.contains(&id) {
        let message = format!("expressions give the name `{id}` a meaning of its own");
        return Err(field.error(message, "choose another id"));
    }
    Ok(id.to_owned())
}

/// Reads a step.
pub(super) fn read(table: Table<'_>, id: &str, scope: Scope<'_>) -> Result<Step, Error> {
    let field = table.need(&format!("step `{id}`"), "kind", "kind = \"retrieve\"")?;
    let kind = field.plain()?;
    let members: &[&str] = match kind {
        "retrieve" => &retrieve::MEMBERS,
        "rerank" => &rerank::MEMBERS,
        "generate" => &generate::MEMBERS,
        "check" => &check::MEMBERS,
        unknown => return Err(unknown_kind(&field, unknown)),
    };
    table.only(&format!("a {kind} step"), &[&SHARED, members].concat())?;
    let kind = match kind {
        "retrieve" => StepKind::Retrieve(retrieve::read(table, id, scope)?),
        "rerank" => StepKind::Rerank(rerank::read(table, id, scope)?),
        "generate" => StepKind::Generate(Box::new(generate::read(table, id, scope)?)),
        _ => StepKind::Check(check::read(table, id, scope)?),
    };
    let when = table.get("when").map(|field| when(&field, scope)).transpose()?;
    Ok(Step { id: id.to_owned(), kind, when })
}

fn unknown_kind(field: &Field<'_>, kind: &str) -> Error {
    let remedy = match nearest(kind, KINDS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the kinds are {}", listed(KINDS)),
    };
    field.error(format!("there is no kind of step `{kind}`"), remedy)
}

/// A condition has a type of its own only as one expression; as a text it would always hold.
fn when(field: &Field<'_>, scope: Scope<'_>) -> Result<Setting, Error> {
    let text = field.text()?.trim();
    if !text.starts_with("{{") || !text.ends_with("}}") || text.matches("{{").count() > 1 {
        let remedy = "write `when = \"{{ input.x is defined }}\"`";
        return Err(field.error("`when` must be one expression", remedy));
    }
    Setting::read(field, scope)
}

/// The id of an earlier step that does what is asked of it.
fn source(
    field: &Field<'_>,
    scope: Scope<'_>,
    what: &str,
    fits: impl Fn(&StepKind) -> bool,
) -> Result<String, Error> {
    let id = field.plain()?;
    let told = |(message, remedy): (String, String)| {
        field.error(format!("`{}`: {message}", field.name), remedy)
    };
    let step = scope.step(id).map_err(told)?;
    if !fits(&step.kind) {
        let message = format!("`{}`: step `{id}` is no {what}", field.name);
        let fitting = scope.earlier.iter().filter(|step| fits(&step.kind));
        let names = listed(fitting.map(|step| step.id.as_str()));
        let remedy = if names.is_empty() {
            format!("put a {what} above this one and name it")
        } else {
            format!("name one of {names}")
        };
        return Err(field.error(message, remedy));
    }
    Ok(id.to_owned())
}
