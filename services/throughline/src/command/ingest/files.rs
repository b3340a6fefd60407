use std::path::{Path, PathBuf};
use std::{fs, io};

use globset::{GlobBuilder, GlobMatcher};

use crate::command::ingest::Fault;
use crate::exit::Exit;
use crate::print;

/// A file to read, and how.
pub(crate) struct File {
    /// Nothing for standard input.
    pub(crate) path: Option<PathBuf>,
    /// The path below the folder that was named, which is what documents are called after.
    pub(crate) name: String,
    pub(crate) format: Format,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// One document, as it is
    Text,
    /// One record, or a list of them
    Json,
    /// A record a line
    Jsonl,
    /// A record a row, below a header, with commas
    Csv,
    /// The same with tabs
    Tsv,
}

/// What is looked for below the paths that are named.
struct Search {
    format: Option<Format>,
    pattern: Option<GlobMatcher>,
    found: Vec<File>,
    faults: Vec<Fault>,
}

/// The files that the paths name, folders with everything below them, in the order of their names.
///
/// A path that is not there and has `*`, `?` or `[` is a pattern; `-` is standard input. What went
/// away or may not be read below a folder is told, and the rest is found.
pub(crate) fn find(
    paths: &[PathBuf],
    format: Option<Format>,
) -> Result<(Vec<File>, Vec<Fault>), Exit> {
    let mut search = Search { format, pattern: None, found: Vec::new(), faults: Vec::new() };
    for path in paths {
        search.path(path)?;
    }
    if search.found.is_empty() && search.faults.is_empty() {
        return Err(Exit::Failed(
            "there is no .txt, .md, .json, .jsonl, .csv or .tsv file in these paths".to_owned(),
        ));
    }
    Ok((search.found, search.faults))
}

impl Search {
    fn path(&mut self, path: &Path) -> Result<(), Exit> {
        if path == Path::new("-") {
            return self.standard_input();
        }
        let text = path.to_string_lossy();
        if !path.exists() && text.contains(['*', '?', '[']) {
            let pattern = GlobBuilder::new(&text).literal_separator(true).build();
            let pattern = pattern.map_err(|error| Exit::Failed(format!("{text}: {error}")))?;
            let fixed = |part: &&Path| !part.to_string_lossy().contains(['*', '?', '[']);
            let root = path.ancestors().find(fixed).unwrap_or(path);
            let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
            self.pattern = Some(pattern.compile_matcher());
            fs::metadata(root).map_err(|error| Exit::Failed(format!("{text}: {error}")))?;
            self.walk(root, root);
            self.pattern = None;
            return Ok(());
        }
        let named = fs::metadata(path);
        let named = named.map_err(|error| Exit::Failed(format!("{text}: {error}")))?;
        let root = if named.is_dir() { path } else { path.parent().unwrap_or(path) };
        self.walk(path, root);
        Ok(())
    }

    fn standard_input(&mut self) -> Result<(), Exit> {
        let format = self.format.ok_or_else(|| {
            Exit::Failed("standard input needs --format, such as --format jsonl".to_owned())
        })?;
        self.found.push(File { path: None, name: "stdin".to_owned(), format });
        Ok(())
    }

    fn walk(&mut self, path: &Path, root: &Path) {
        match entries(path, root) {
            Ok(Some(entries)) => entries.iter().for_each(|entry| self.walk(entry, root)),
            Ok(None) => self.file(path, root),
            Err(error) => {
                let (place, message) = (path.display().to_string(), error.to_string());
                self.faults.push(Fault { place, message });
            }
        }
    }

    fn file(&mut self, path: &Path, root: &Path) {
        let plain = path.strip_prefix(".").unwrap_or(path);
        if self
            .pattern
            .as_ref()
            .is_some_and(|pattern| !pattern.is_match(path) && !pattern.is_match(plain))
        {
            return;
        }
        match self.format.or_else(|| format(path)) {
            Some(format) => {
                let name = name(path, root);
                self.found.push(File { path: Some(path.to_owned()), name, format });
            }
            None => print::note(format_args!("left out: {}", path.display())),
        }
    }
}

/// What is in a folder, in order; nothing of what is none. Links below the folder that was named are
/// not followed, since one may lead back to where it came from.
fn entries(path: &Path, root: &Path) -> io::Result<Option<Vec<PathBuf>>> {
    let is_folder = match path == root {
        true => fs::metadata(path)?.is_dir(),
        false => fs::symlink_metadata(path)?.is_dir(),
    };
    if !is_folder {
        return Ok(None);
    }
    let entries: io::Result<Vec<_>> = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect();
    let mut entries = entries?;
    entries.sort();
    Ok(Some(entries))
}

fn format(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?.to_lowercase();
    match extension.as_str() {
        "txt" | "md" | "markdown" => Some(Format::Text),
        "json" => Some(Format::Json),
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        "csv" => Some(Format::Csv),
        "tsv" => Some(Format::Tsv),
        _ => None,
    }
}

fn name(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}
