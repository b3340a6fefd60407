use std::fs;
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::print;

/// A file to read, and how.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    /// The path below the folder that was named, which is what documents are called after.
    pub(crate) name: String,
    pub(crate) format: Format,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One document, as it is.
    Text,
    /// One record, or a list of them.
    Json,
    /// A record a line.
    JsonLines,
}

/// The files that the paths name, folders with everything below them, in the order of their names.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<File>, Exit> {
    let mut found = Vec::new();
    for path in paths {
        let root = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(path) };
        walk(path, root, &mut found)?;
    }
    if found.is_empty() {
        return Err(Exit::Failed(
            "there is no .txt, .md, .json or .jsonl file in these paths".to_owned(),
        ));
    }
    Ok(found)
}

fn walk(path: &Path, root: &Path, found: &mut Vec<File>) -> Result<(), Exit> {
    let fail = |error| Exit::Failed(format!("{}: {error}", path.display()));
    // A link may lead back to where it came from.
    if fs::symlink_metadata(path).map_err(fail)?.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)
            .map_err(fail)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        entries.sort();
        return entries.iter().try_for_each(|entry| walk(entry, root, found));
    }
    match format(path) {
        Some(format) => found.push(File { path: path.to_owned(), name: name(path, root), format }),
        None => print::note(format_args!("left out: {}", path.display())),
    }
    Ok(())
}

fn format(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?.to_lowercase();
    match extension.as_str() {
        "txt" | "md" | "markdown" => Some(Format::Text),
        "json" => Some(Format::Json),
        "jsonl" | "ndjson" => Some(Format::JsonLines),
        _ => None,
    }
}

fn name(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}
