use std::time::Duration;

use serde::de::IgnoredAny;

use crate::flow::folder::Folder;
use crate::flow::nearest::listed;
use crate::flow::scope::{INPUT, Scope};
use crate::flow::setting::members;
use crate::flow::table::{Field, Source, Table};
use crate::flow::{Error, Flow, Schema, Setting, Step, alias, corpus, locate, step, version};

const MEMBERS: [&str; 7] = ["name", "summary", "deadline", "input", "corpus", "step", "result"];
const STEPS_LIMIT: usize = 32;
const ARCHIVE_LIMIT: usize = 4 << 20;
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads a flow and checks everything in it.
pub(super) fn flow(folder: &Folder) -> Result<Flow, Error> {
    let text = folder.need("flow.toml", "add one, or remove the folder")?;
    let source = Source { file: folder.path("flow.toml"), text };
    let parsed = source.parse()?;
    let root = Table::root(&source, &parsed);
    root.only("a flow", &MEMBERS)?;

    let remedy = "write the JSON schema of the flow's input into it";
    let schema = folder.need("input.schema.json", remedy)?;
    let input = Schema::read(&folder.path("input.schema.json"), schema)?;
    let aliases = aliases(root, &input)?;
    let (steps, ids) = steps(root, folder)?;
    let end = Scope { folder, earlier: &steps, ids: &ids };
    let result = result(root, end)?;
    let archive = archive(folder)?;
    let flow = Flow {
        name: name(root)?,
        version: version(&archive),
        summary: root.need("a flow", "summary", "summary = \"...\"")?.plain()?.to_owned(),
        deadline: deadline(root)?,
        corpus: corpus::read(table(root, "corpus")?, folder)?,
        sample: folder.files.get("sample.json").cloned(),
        steps,
        result,
        aliases,
        input,
        archive,
    };
    check_sample(&flow, folder)?;
    Ok(flow)
}

fn table<'s>(root: Table<'s>, name: &str) -> Result<Option<Table<'s>>, Error> {
    root.get(name).map(|field| field.table()).transpose()
}

fn name(root: Table<'_>) -> Result<String, Error> {
    let field = root.need("a flow", "name", "name = \"...\"")?;
    let name = field.plain()?;
    let is_part = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    if name.len() > 63 || !name.bytes().all(is_part) {
        let remedy = "use lower-case letters, digits, `-` and `_`, at most 63";
        return Err(field.error(format!("`{name}` cannot be the name of a flow"), remedy));
    }
    Ok(name.to_owned())
}

fn deadline(root: Table<'_>) -> Result<Duration, Error> {
    let field = root.need("a flow", "deadline", "deadline = \"120s\"")?;
    let deadline = humantime::parse_duration(field.plain()?).ok();
    let in_range = deadline.filter(|wait| (Duration::from_secs(1)..=LONGEST).contains(wait));
    in_range.ok_or_else(|| {
        let message = "`deadline` must be a duration from 1 second to 24 hours";
        field.error(message, "write `deadline = \"120s\"`")
    })
}

fn aliases(root: Table<'_>, schema: &Schema) -> Result<Vec<alias::Alias>, Error> {
    let Some(input) = table(root, "input")? else { return Ok(Vec::new()) };
    input.only("[input]", &["aliases"])?;
    let Some(aliases) = table(input, "aliases")? else { return Ok(Vec::new()) };
    alias::read(aliases, schema)
}

fn steps(root: Table<'_>, folder: &Folder) -> Result<(Vec<Step>, Vec<String>), Error> {
    let field = root.need("a flow", "step", "[[step]]")?;
    if field.value.is_table() {
        return Err(field.error("`[step]` is one table, not a list", "write `[[step]]`"));
    }
    let items = field.items()?;
    if !(1..=STEPS_LIMIT).contains(&items.len()) {
        let message = format!("a flow must have from 1 to {STEPS_LIMIT} steps");
        return Err(field.error(message, "add or remove some"));
    }
    let tables: Vec<Table<'_>> = items.iter().map(Field::table).collect::<Result<_, _>>()?;
    let mut ids: Vec<String> = Vec::new();
    for table in &tables {
        let id = step::id(*table)?;
        if ids.contains(&id) {
            let message = format!("another step has the id `{id}` too");
            let taken = table.get("id").map_or_else(|| table.error("", ""), |id| id.error("", ""));
            return Err(Error { message, remedy: "choose another id".to_owned(), ..taken });
        }
        ids.push(id);
    }
    let mut steps: Vec<Step> = Vec::new();
    for (table, id) in tables.iter().zip(&ids) {
        let step = step::read(*table, id, Scope { folder, earlier: &steps, ids: &ids })?;
        steps.push(step);
    }
    Ok((steps, ids))
}

fn result(root: Table<'_>, end: Scope<'_>) -> Result<Vec<(String, Setting)>, Error> {
    let field = root.need("a flow", "result", "[result]")?;
    let fields = field.table()?.fields();
    if fields.is_empty() {
        let ids = listed(end.ids.iter().map(String::as_str));
        return Err(
            field.error("`[result]` is empty", format!("name what jobs return, from {ids}"))
        );
    }
    members(&fields, end)
}

fn archive(folder: &Folder) -> Result<Vec<u8>, Error> {
    let archive = folder.archive();
    if archive.len() > ARCHIVE_LIMIT {
        let message =
            format!("is larger than {} MiB without corpus/ and eval/", ARCHIVE_LIMIT >> 20);
        let remedy = "move what the flow does not need elsewhere";
        return Err(Error::new(&folder.name, None, message, remedy));
    }
    Ok(archive)
}

/// The sample is what people try first, so it has to be accepted.
fn check_sample(flow: &Flow, folder: &Folder) -> Result<(), Error> {
    let Some(sample) = &flow.sample else { return Ok(()) };
    let path = folder.path("sample.json");
    if let Err(error) = serde_json::from_str::<IgnoredAny>(sample) {
        let remedy = "correct the line, or the one above it";
        return Err(Error::new(path, error.line(), format!("is not JSON: {error}"), remedy));
    }
    let Err(refused) = flow.accept(sample) else { return Ok(()) };
    let Some(first) = refused.violations.first() else { return Ok(()) };
    let pointer = first.path.trim_start_matches(INPUT).replace(['.', '['], "/").replace(']', "");
    let message = format!("does not fit the flow: `{}` {}", first.path, first.message);
    let remedy = "correct the sample, or input.schema.json";
    Err(Error::new(path, locate::line(sample, &pointer), message, remedy))
}
