//! A small flow on the disk, to be broken in one place.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jobs::flow::{Error, Flow, Flows};
use tempfile::TempDir;

/// Every file of the flow, by its path.
const FILES: [(&str, &str); 9] = [
    ("flow.toml", FLOW),
    ("input.schema.json", INPUT),
    ("plan.schema.json", PLAN),
    ("prompts/plan.md", "Plan this:\n{{ input.question }}\n"),
    (
        "prompts/write.md",
        "{{ input.question }}\n{% for p in passages %}\n{{ p.marker }} {{ p.text }}\n{% endfor %}\n",
    ),
    ("prompts/write.system.md", "You answer from notes.\n"),
    ("sample.json", "{\"question\": \"Who mends pumps?\"}\n"),
    (
        "corpus/pumps.json",
        "{\"id\": \"pumps\", \"title\": \"Pumps\", \"text\": \"We mend pumps.\", \"metadata\": {\"year\": 2024}}\n",
    ),
    ("corpus/trains.md", "# Trains\n\nTrains run on rails.\n"),
];

const FLOW: &str = r#"name = "notes"
summary = "Answers from notes."
deadline = "30s"
[input.aliases]
text = "question"
q = "question"
[corpus]
collection = "notes-sample"
[[step]]
id = "plan"
kind = "generate"
prompt = "plan"
schema = "plan.schema.json"
model = "fast"
fallback = { words = ["{{ input.question }}"] }
[[step]]
id = "found"
kind = "retrieve"
collection = "{{ input.collection }}"
default = "notes"
sample = "notes-sample"
queries = ["{{ input.question }}", "{{ plan.words | join(' ') }}"]
limit = 10
filter = { year = "{{ input.year }}" }
[[step]]
id = "best"
kind = "rerank"
from = "found"
query = "{{ input.question }}"
stages = [{ kind = "keyword_boost", keywords = "{{ plan.words }}", weight = 0.2 }]
keep = 3
[[step]]
id = "draft"
kind = "generate"
prompt = "write"
passages = "best"
max_output_tokens = 500
temperature = 0.5
when = "{{ input.quiet is not defined }}"
[[step]]
id = "checked"
kind = "check"
from = "draft"
[result]
answer = "{{ checked.text | default('') }}"
words = "{{ plan.words }}"
"#;

const INPUT: &str = r#"{
  "type": "object",
  "required": ["question"],
  "properties": {
    "question": { "type": "string", "minLength": 1, "maxLength": 40, "pattern": "\\S" },
    "collection": { "type": ["string", "null"], "pattern": "^[a-z]+$" },
    "year": { "type": ["integer", "null"], "minimum": 1900, "exclusiveMaximum": 2100 },
    "tags": { "type": "array", "minItems": 1, "maxItems": 2, "items": { "type": "string" }, "uniqueItems": true },
    "tone": { "enum": ["plain", "warm"] },
    "sender": {
      "type": "object",
      "required": ["name"],
      "additionalProperties": false,
      "properties": { "name": { "type": "string" }, "mail": { "type": "string", "format": "email" } }
    },
    "share": { "type": "number", "multipleOf": 0.5 },
    "either": { "anyOf": [{ "type": "string" }, { "type": "number" }] }
  }
}
"#;

const PLAN: &str = r#"{
  "type": "object",
  "required": ["words"],
  "additionalProperties": false,
  "properties": { "words": { "type": "array", "items": { "type": "string" } } }
}
"#;

/// A folder with one flow in it.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// The flow as it is right.
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (file, text) in FILES {
            folder.write(file, text);
        }
        folder
    }

    /// The same with another text in a file, or without the file where the text is `None`.
    pub(crate) fn with(self, file: &str, text: impl Into<Option<&'static str>>) -> Self {
        match text.into() {
            Some(text) => self.write(file, text),
            None => fs::remove_file(self.path().join(file)).unwrap(),
        }
        self
    }

    /// The same with one place in a file changed.
    pub(crate) fn but(self, file: &str, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(self.path().join(file)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} must stand in {file} once");
        self.write(file, text.replace(from, to));
        self
    }

    /// Writes any bytes into a file.
    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The folder of the flow.
    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.0.path().join("notes")
    }

    /// The folder above it.
    pub(crate) fn above(&self) -> &Path {
        self.0.path()
    }

    /// The flow, which must be right.
    pub(crate) fn flow(&self) -> Arc<Flow> {
        Flows::load(self.above()).unwrap().get("notes").unwrap()
    }

    /// What is wrong with it, with paths from the folder above.
    pub(crate) fn error(&self) -> Error {
        let error = Flows::load(self.above()).unwrap_err();
        let above = format!("{}/", self.above().display());
        Error { file: error.file.replace(&above, ""), ..error }
    }
}
