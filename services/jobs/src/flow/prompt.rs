use chassis::template::Template;

use crate::flow::scope::{INPUT, PASSAGES, Scope};
use crate::flow::table::Field;
use crate::flow::{Error, nearest};

/// A prompt's two messages, as templates that generation renders.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What errors call it, such as `prompts/write.md`.
    pub name: String,
    /// The user's message.
    pub user: String,
    /// The system's message; empty where there is none.
    pub system: String,
    /// The variables that generation needs: those that the two read, passages aside, and the
    /// input, which tells it what the job is about.
    pub names: Vec<String>,
}

impl Prompt {
    /// Reads the prompt that a step names, and checks what it reads.
    pub(super) fn read(
        field: &Field<'_>,
        scope: Scope<'_>,
        has_passages: bool,
    ) -> Result<Self, Error> {
        let short = field.plain()?;
        let file = format!("prompts/{short}.md");
        let user = scope.folder.files.get(&file).ok_or_else(|| missing(field, &file, scope))?;
        let system_file = format!("prompts/{short}.system.md");
        let system = scope.folder.files.get(&system_file).cloned().unwrap_or_default();

        let mut names = read(&file, user, scope, has_passages)?;
        names.extend(read(&system_file, &system, scope, has_passages)?);
        names.push(INPUT.to_owned());
        names.sort();
        names.dedup();
        Ok(Self { name: file, user: user.clone(), system, names })
    }
}

fn missing(field: &Field<'_>, file: &str, scope: Scope<'_>) -> Error {
    let others = scope.folder.files.keys().filter_map(|path| {
        let short = path.strip_prefix("prompts/")?.strip_suffix(".md")?;
        (!short.ends_with(".system")).then_some(short)
    });
    let remedy = match nearest::nearest(&file["prompts/".len()..file.len() - ".md".len()], others) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write the user's message into `{file}`"),
    };
    field.error(format!("there is no file `{file}`"), remedy)
}

/// The names that one message reads.
fn read(
    file: &str,
    text: &str,
    scope: Scope<'_>,
    has_passages: bool,
) -> Result<Vec<String>, Error> {
    let path = scope.folder.path(file);
    let template = Template::parse(&path, text).map_err(|error| {
        Error::new(&path, error.line, error.message, "correct the template there")
    })?;
    let mut names = template.names();
    if has_passages {
        names.retain(|name| name != PASSAGES);
    }
    scope.check(&names).map_err(|(message, remedy)| {
        let unknown = names.iter().find(|name| scope.check(std::slice::from_ref(name)).is_err());
        Error::new(&path, unknown.and_then(|name| line_of(text, name)), message, remedy)
    })?;
    Ok(names)
}

/// The first line within braces that has a word.
fn line_of(text: &str, word: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut is_inside = false;
    for (index, line) in text.lines().enumerate() {
        is_inside |= line.contains("{{") || line.contains("{%");
        if is_inside && line.split(|c| !is_part(c)).any(|part| part == word) {
            return Some(index + 1);
        }
        is_inside &= !(line.contains("}}") || line.contains("%}"));
    }
    None
}
