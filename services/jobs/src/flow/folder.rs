use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, DirEntry};
use serde::{Deserialize, Serialize};

use crate::flow::Error;

/// A prompt or a schema is not larger than this, in bytes.
const FILE_LIMIT: usize = 1 << 20;
/// A document of a corpus is not larger than this, in bytes; retrieval takes no larger ones.
const DOCUMENT_LIMIT: usize = 8 << 20;
/// So many files a folder may have, corpus and evaluation included.
const FILES_LIMIT: usize = 2000;
/// So deep folders may lie in each other; a link to a folder above would never end.
const DEPTH_LIMIT: usize = 6;

/// A flow's files by their paths, as texts.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// The folder itself, as errors call it.
    pub(super) name: String,
    /// What the version is made of.
    pub(super) files: BTreeMap<String, String>,
    /// What lies in `corpus/`.
    pub(super) corpus: BTreeMap<String, String>,
    /// Whether it was an archive, which has no corpus.
    pub(super) is_archived: bool,
}

#[derive(Serialize, Deserialize)]
struct Archive {
    files: BTreeMap<String, String>,
}

impl Folder {
    /// A folder that is embedded in the program.
    pub(super) fn embedded(name: &str, dir: &Dir<'_>) -> Result<Self, Error> {
        let mut folder = Self { name: name.to_owned(), ..Self::default() };
        folder.take_embedded(dir, dir.path())?;
        Ok(folder)
    }

    /// A folder on the disk.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let mut folder = Self { name: path.display().to_string(), ..Self::default() };
        folder.take_directory(path, "", 0)?;
        Ok(folder)
    }

    /// The folder that [`Folder::archive`] wrote.
    pub(super) fn unarchive(archive: &[u8]) -> Result<Self, Error> {
        let parsed: Archive = serde_json::from_slice(archive).map_err(|error| {
            let message = format!("the stored flow cannot be read: {error}");
            Error::new("archive", None, message, "submit the job again")
        })?;
        let name = "archive".to_owned();
        Ok(Self { name, files: parsed.files, is_archived: true, ..Self::default() })
    }

    /// The files that the version is made of, sorted by their paths.
    pub(super) fn archive(&self) -> Vec<u8> {
        let archive = Archive { files: self.files.clone() };
        // Texts under texts cannot fail to be JSON.
        serde_json::to_vec(&archive).unwrap_or_default()
    }

    /// What errors call a file of this folder.
    pub(super) fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }

    /// A file's text; the remedy is for the case that there is none.
    pub(super) fn need(&self, file: &str, remedy: &str) -> Result<&str, Error> {
        let text = self.files.get(file).map(String::as_str);
        text.ok_or_else(|| Error::new(self.path(file), None, "is not there", remedy))
    }

    fn take_embedded(&mut self, dir: &Dir<'_>, root: &Path) -> Result<(), Error> {
        for entry in dir.entries() {
            let path =
                entry.path().strip_prefix(root).unwrap_or_else(|_| entry.path()).to_string_lossy();
            match entry {
                DirEntry::Dir(_) if is_left_out(&path) => {}
                DirEntry::Dir(inner) => self.take_embedded(inner, root)?,
                DirEntry::File(file) => self.take(&path, file.contents().to_vec())?,
            }
        }
        Ok(())
    }

    fn take_directory(&mut self, dir: &Path, below: &str, depth: usize) -> Result<(), Error> {
        let unreadable = |error: std::io::Error| {
            Error::new(dir.display().to_string(), None, format!("cannot be read: {error}"), RIGHTS)
        };
        if depth > DEPTH_LIMIT {
            let name = dir.display().to_string();
            return Err(Error::new(name, None, "lies too deep", "keep the flow's folder flat"));
        }
        for entry in std::fs::read_dir(dir).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = format!("{below}{}", entry.file_name().to_string_lossy());
            if is_left_out(&path) {
                continue;
            }
            // Follows links: mounted configuration consists of them.
            let about = std::fs::metadata(entry.path()).map_err(unreadable)?;
            if about.is_dir() {
                self.take_directory(&entry.path(), &format!("{path}/"), depth + 1)?;
            } else {
                let size = usize::try_from(about.len()).unwrap_or(usize::MAX);
                self.check_size(&path, size)?;
                self.take(&path, std::fs::read(entry.path()).map_err(unreadable)?)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), Error> {
        if is_left_out(path) {
            return Ok(());
        }
        self.check_size(path, bytes.len())?;
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(Error::new(self.path(path), None, "is not UTF-8 text", UTF8));
        };
        // Some editors begin a file with a mark that is no part of the text.
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        match path.strip_prefix("corpus/") {
            Some(_) => self.corpus.insert(path.to_owned(), text),
            None => self.files.insert(path.to_owned(), text),
        };
        Ok(())
    }

    fn check_size(&self, path: &str, size: usize) -> Result<(), Error> {
        let is_document = path.starts_with("corpus/");
        let limit = if is_document { DOCUMENT_LIMIT } else { FILE_LIMIT };
        if size > limit {
            let message = format!("is larger than {} MiB", limit >> 20);
            return Err(Error::new(self.path(path), None, message, "shorten it, or split it"));
        }
        if self.files.len() + self.corpus.len() >= FILES_LIMIT {
            let message = format!("has more than {FILES_LIMIT} files");
            return Err(Error::new(&self.name, None, message, "keep only what the flow needs"));
        }
        Ok(())
    }
}

const RIGHTS: &str = "let the program read it, or move it out of the flow's folder";
const UTF8: &str = "save it as UTF-8, or move it out of the flow's folder";

/// Evaluation, and what editors and systems leave behind.
fn is_left_out(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path == "eval" || path.starts_with("eval/") || name.starts_with('.') || name.ends_with('~')
}
