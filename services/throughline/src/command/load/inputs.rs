use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::exit::Exit;

/// Postings of the kind that the bundled flow answers.
const BUNDLED: &str = include_str!("postings.json");
/// A file is kept whole in memory.
const LARGEST: u64 = 64 << 20;

/// What the jobs of a run are about, used in turn.
pub(super) struct Inputs {
    rows: Vec<Map<String, Value>>,
    is_bundled: bool,
}

impl Inputs {
    /// Those of a file, or the bundled ones.
    pub(super) fn read(file: Option<&Path>) -> Result<Self, Exit> {
        let Some(path) = file else {
            let rows = serde_json::from_str(BUNDLED).map_err(Exit::failed)?;
            return Ok(Self { rows, is_bundled: true });
        };
        let wrong = |what: String| Exit::Failed(format!("{}: {what}", path.display()));
        let text = read(path).map_err(|error| wrong(error.to_string()))?;
        if text.len() as u64 > LARGEST {
            return Err(wrong(
                "is larger than 64 MiB; use fewer lines, they are used in turn".into(),
            ));
        }
        let mut rows = Vec::new();
        for (line, row) in text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty()) {
            let row = serde_json::from_str(row);
            let row = row.map_err(|error| wrong(format!("line {}: {error}", line + 1)))?;
            rows.push(row);
        }
        match rows.is_empty() {
            true => Err(wrong("holds no line".into())),
            false => Ok(Self { rows, is_bundled: false }),
        }
    }

    /// The submission of one job: an envelope with a key of its own, and the callback, if there is one.
    pub(super) fn body(&self, run: &str, number: u32, callback: Option<&str>) -> Value {
        let row = &self.rows[number as usize % self.rows.len()];
        let is_envelope = row.contains_key("input") || row.contains_key("flow");
        let mut body = if is_envelope { row.clone() } else { self.envelope(row, number) };
        body.insert("idempotency_key".to_owned(), json!(format!("{run}-{number}")));
        // An answer on the same connection would be no measure of the queue.
        body.remove("wait_s");
        match callback {
            Some(url) => body.insert("callback".to_owned(), json!({ "url": url })),
            None => body.remove("callback"),
        };
        Value::Object(body)
    }

    /// No two bundled inputs are the same, so that nothing is answered from a cache.
    fn envelope(&self, row: &Map<String, Value>, number: u32) -> Map<String, Value> {
        let mut input = row.clone();
        if let Some(Value::String(title)) = input.get_mut("title").filter(|_| self.is_bundled) {
            title.push_str(&format!(" (posting {number})"));
        }
        Map::from_iter([("input".to_owned(), Value::Object(input))])
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    Ok(text)
}
