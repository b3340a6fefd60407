use std::io::Read;

use serde_json::{Map, Value};

use crate::command::ingest::files::{File, Format};
use crate::command::ingest::{Columns, Fault, Record, rows};

type Outcome = Result<Record, Fault>;

/// The documents in a file; each that cannot be read is told with its line.
pub(crate) fn read(file: File, columns: &Columns) -> Vec<Outcome> {
    let place =
        file.path.as_ref().map_or_else(|| file.name.clone(), |path| path.display().to_string());
    let text = match text(&file) {
        Ok(text) => text,
        Err(message) => return vec![Err(Fault { place, message })],
    };
    let source = Source { place, name: file.name, columns };
    match file.format {
        Format::Text => vec![Ok(source.plain(text))],
        Format::Json => source.json(&text),
        Format::Jsonl => source.lines(&text),
        Format::Csv => rows::read(&source, &text, b','),
        Format::Tsv => rows::read(&source, &text, b'\t'),
    }
}

/// What records are read from.
pub(super) struct Source<'a> {
    place: String,
    name: String,
    pub(super) columns: &'a Columns,
}

/// A file's text without a byte order mark.
fn text(file: &File) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = match &file.path {
        Some(path) => std::fs::read(path).map(|read| bytes = read),
        None => std::io::stdin().lock().read_to_end(&mut bytes).map(drop),
    };
    read.map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

impl Source<'_> {
    fn plain(&self, text: String) -> Record {
        let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let title = heading.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim());
        let title = title.unwrap_or_default().chars().take(300).collect();
        let (place, id) = (self.place.clone(), self.name.clone());
        Record { place, id, title, text, metadata: None }
    }

    fn json(&self, text: &str) -> Vec<Outcome> {
        match self.parse(1, text) {
            Ok(Value::Array(values)) => {
                let values = values.into_iter().enumerate();
                values.map(|(at, value)| self.member(at + 1, value)).collect()
            }
            Ok(value) => vec![self.object(self.place.clone(), self.name.clone(), value)],
            Err(fault) => vec![Err(fault)],
        }
    }

    fn member(&self, number: usize, value: Value) -> Outcome {
        self.object(format!("{}#{number}", self.place), self.numbered(number), value)
    }

    fn lines(&self, text: &str) -> Vec<Outcome> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let read = lines.enumerate().map(|(at, (line, text))| {
            let value = self.parse(line + 1, text)?;
            self.object(self.line(line + 1), self.numbered(at + 1), value)
        });
        read.collect()
    }

    fn parse(&self, line: usize, text: &str) -> Result<Value, Fault> {
        serde_json::from_str(text).map_err(|error| {
            let place = self.line(line + error.line().saturating_sub(1));
            Fault { place, message: format!("not JSON: {error}") }
        })
    }

    fn object(&self, place: String, id: String, value: Value) -> Outcome {
        match value {
            Value::Object(members) => self.record(place, id, members),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => {
                Err(Fault { place, message: "a record must be a JSON object".to_owned() })
            }
        }
    }

    /// A record's document; `id` is what it is called where it has none of its own.
    pub(super) fn record(
        &self,
        place: String,
        id: String,
        mut members: Map<String, Value>,
    ) -> Outcome {
        let own = take(&mut members, self.columns.id.as_deref().unwrap_or("id"));
        let parts = self.columns.mapping.apply(members);
        if parts.text.is_empty() {
            let message =
                "the record has no text; name its members or columns with --text".to_owned();
            return Err(Fault { place, message });
        }
        let metadata =
            (!parts.metadata.is_empty()).then(|| Value::Object(parts.metadata).to_string());
        Ok(Record { place, id: own.unwrap_or(id), title: parts.title, text: parts.text, metadata })
    }

    /// What a record is called after its place among its like.
    pub(super) fn numbered(&self, number: usize) -> String {
        format!("{}#{number}", self.name)
    }

    /// A line of the file.
    pub(super) fn line(&self, line: usize) -> String {
        format!("{}:{line}", self.place)
    }
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
