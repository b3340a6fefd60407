use serde_json::{Map, Value};

use crate::command::ingest::Record;
use crate::command::ingest::files::{File, Format};
use crate::exit::Exit;

/// The documents in a file.
pub(crate) fn read(file: &File) -> Result<Vec<Record>, Exit> {
    let text = std::fs::read_to_string(&file.path)
        .map_err(|error| Exit::Failed(format!("{}: {error}", file.path.display())))?;
    match file.format {
        Format::Text => Ok(vec![plain(file, text)]),
        Format::Json => {
            let value = parse(file, 1, &text)?;
            if let Value::Array(values) = value {
                numbered(file, values)
            } else {
                Ok(vec![record(file, None, value)?])
            }
        }
        Format::JsonLines => {
            let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
            let values: Result<_, _> =
                lines.map(|(number, line)| parse(file, number + 1, line)).collect();
            numbered(file, values?)
        }
    }
}

fn plain(file: &File, text: String) -> Record {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let title = heading.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim());
    let title = title.unwrap_or_default().chars().take(300).collect();
    Record { id: file.name.clone(), title, text, metadata: None }
}

fn numbered(file: &File, values: Vec<Value>) -> Result<Vec<Record>, Exit> {
    let values = values.into_iter().enumerate();
    values.map(|(place, value)| record(file, Some(place + 1), value)).collect()
}

/// A record needs a `text`; `id`, `title` and `metadata` are its own, and other members become metadata.
fn record(file: &File, place: Option<usize>, value: Value) -> Result<Record, Exit> {
    let named = place.map_or_else(|| file.name.clone(), |place| format!("{}#{place}", file.name));
    let Value::Object(mut members) = value else {
        return Err(Exit::Failed(format!("{named}: a record must be a JSON object")));
    };
    let text = ["text", "content", "description"].iter().find_map(|name| take(&mut members, name));
    let text = text.ok_or_else(|| Exit::Failed(format!("{named}: the record has no `text`")))?;
    let id = take(&mut members, "id").unwrap_or(named);
    let title = take(&mut members, "title").unwrap_or_default();
    let metadata = match members.remove("metadata") {
        Some(Value::Object(own)) => own.into_iter().chain(members).collect(),
        Some(other) => members.into_iter().chain([("metadata".to_owned(), other)]).collect(),
        None => members,
    };
    let metadata = (!metadata.is_empty()).then(|| Value::Object(metadata).to_string());
    Ok(Record { id, title, text, metadata })
}

/// Takes a text or a number out; anything else stays where it is.
fn take(members: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = match members.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    members.remove(name);
    Some(text)
}

fn parse(file: &File, line: usize, text: &str) -> Result<Value, Exit> {
    serde_json::from_str(text).map_err(|error| {
        let line = line + error.line().saturating_sub(1);
        Exit::Failed(format!("{}:{line}: not JSON: {error}", file.path.display()))
    })
}
