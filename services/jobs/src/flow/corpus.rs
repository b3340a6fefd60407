use serde::Deserialize;
use serde_json::value::RawValue;

use crate::flow::folder::Folder;
use crate::flow::step::collection;
use crate::flow::table::Table;
use crate::flow::{Error, locate};

/// The documents that come with a flow.
#[derive(Clone, Copy, Debug)]
pub struct Corpus<'a> {
    /// The collection that they belong to.
    pub collection: &'a str,
    /// The documents, in the order of their files.
    pub documents: &'a [CorpusDocument],
}

/// A document that comes with a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusDocument {
    /// Its id: its own, or its file's name without the ending.
    pub id: String,
    /// Its title; empty where it has none.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Its metadata, a JSON object as text; empty where it has none.
    pub metadata_json: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Option<String>,
    #[serde(default)]
    title: String,
    text: String,
    metadata: Option<Box<RawValue>>,
}

const FORM: &str = "write {\"id\", \"title\", \"text\", \"metadata\"}, of which text is required";

/// Reads `[corpus]` and the documents in `corpus/`.
pub(super) fn read(
    table: Option<Table<'_>>,
    folder: &Folder,
) -> Result<Option<(String, Vec<CorpusDocument>)>, Error> {
    let Some(table) = table else {
        let stray = folder.corpus.keys().next();
        return stray.map_or(Ok(None), |file| {
            let remedy =
                "add `[corpus]` with `collection = \"...\"` to flow.toml, or remove corpus/";
            Err(Error::new(folder.path(file), None, "belongs to no collection", remedy))
        });
    };
    table.only("[corpus]", &["collection"])?;
    let field = table.need("[corpus]", "collection", "collection = \"...\"")?;
    let name = collection(&field)?;
    if folder.is_archived {
        return Ok(None);
    }
    if folder.corpus.is_empty() {
        let remedy = "put documents there, or remove `[corpus]`";
        return Err(table.error("`[corpus]` is there, but corpus/ holds no document", remedy));
    }
    let mut documents: Vec<CorpusDocument> = Vec::new();
    for (file, text) in &folder.corpus {
        let document = document(&folder.path(file), file, text)?;
        if documents.iter().any(|other| other.id == document.id) {
            let message = format!("another document has the id `{}` too", document.id);
            return Err(Error::new(folder.path(file), None, message, "choose another id"));
        }
        documents.push(document);
    }
    Ok(Some((name, documents)))
}

fn document(path: &str, file: &str, text: &str) -> Result<CorpusDocument, Error> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let document = match name.rsplit_once('.') {
        Some((stem, "json")) => json(path, stem, text)?,
        Some((stem, "md")) => markdown(stem, text),
        Some(_) | None => {
            let remedy = "corpus/ takes .json and .md; move it elsewhere";
            return Err(Error::new(path, None, "is no document", remedy));
        }
    };
    if document.text.trim().is_empty() {
        return Err(Error::new(path, None, "has no text", "write one, or remove the file"));
    }
    let is_id = !document.id.chars().any(char::is_control);
    if !is_id || !(1..=256).contains(&document.id.chars().count()) {
        let remedy = "use 1 to 256 characters, none of them a control character";
        return Err(Error::new(path, None, "has an id that is none", remedy));
    }
    Ok(document)
}

fn json(path: &str, stem: &str, text: &str) -> Result<CorpusDocument, Error> {
    let written: Written = serde_json::from_str(text).map_err(|error| {
        Error::new(path, error.line(), format!("is no document: {error}"), FORM)
    })?;
    let metadata = written.metadata.filter(|metadata| metadata.get() != "null");
    if metadata.as_ref().is_some_and(|metadata| !metadata.get().starts_with('{')) {
        let line = locate::line(text, "/metadata");
        return Err(Error::new(path, line, "has metadata that is no object", FORM));
    }
    Ok(CorpusDocument {
        id: written.id.unwrap_or_else(|| stem.to_owned()),
        title: written.title,
        text: written.text,
        metadata_json: metadata.map(|metadata| metadata.get().to_owned()).unwrap_or_default(),
    })
}

/// The first heading is the title; the text is the whole file.
fn markdown(stem: &str, text: &str) -> CorpusDocument {
    let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(stem);
    CorpusDocument {
        id: stem.to_owned(),
        title: title.trim().to_owned(),
        text: text.to_owned(),
        metadata_json: String::new(),
    }
}
