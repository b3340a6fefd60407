use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use crate::flow::folder::Folder;
use crate::flow::{Error, Flow, load};

static BUNDLED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../flows");

const FILE: &str = "flow.toml";

/// The flows that jobs can run, by their names.
#[derive(Clone, Debug, Default)]
pub struct Flows(BTreeMap<String, Arc<Flow>>);

impl Flows {
    /// The flows that are embedded in the program.
    pub fn bundled() -> Result<Self, Error> {
        let mut flows = Self::default();
        for dir in BUNDLED.dirs() {
            let name = format!("flows/{}", dir.path().display());
            flows.add(&Folder::embedded(&name, dir)?)?;
        }
        Ok(flows)
    }

    /// The flows in a folder: every folder in it is one.
    pub fn load(dir: &Path) -> Result<Self, Error> {
        let mut flows = Self::default();
        if dir.join(FILE).exists() {
            let remedy = "point `flows.dir` at the folder above it";
            return Err(refused(dir, "is a flow itself", remedy));
        }
        for path in folders(dir)? {
            if !path.join(FILE).is_file() {
                let message = "has no file `flow.toml`";
                return Err(refused(&path, message, "add one, or move the folder elsewhere"));
            }
            flows.add(&Folder::read(&path)?)?;
        }
        if flows.0.is_empty() {
            let remedy = "put a flow's folder into it, or leave `flows.dir` unset";
            return Err(refused(dir, "holds no flow", remedy));
        }
        Ok(flows)
    }

    /// The flow with this name.
    pub fn get(&self, name: &str) -> Option<Arc<Flow>> {
        self.0.get(name).map(Arc::clone)
    }

    /// Every flow, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Flow>> {
        self.0.values()
    }

    fn add(&mut self, folder: &Folder) -> Result<(), Error> {
        let flow = load::flow(folder)?;
        if self.0.contains_key(&flow.name) {
            let message = format!("another folder has a flow `{}` too", flow.name);
            return Err(Error::new(
                folder.path(FILE),
                None,
                message,
                "change `name` in one of them",
            ));
        }
        self.0.insert(flow.name.clone(), Arc::new(flow));
        Ok(())
    }
}

/// The folders in a folder, in the order of their names, without hidden ones.
fn folders(dir: &Path) -> Result<Vec<std::path::PathBuf>, Error> {
    let unreadable = |error: std::io::Error| {
        let remedy = "point `flows.dir` at a folder that the program can read";
        refused(dir, &format!("cannot be read: {error}"), remedy)
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !is_hidden && entry.path().is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn refused(path: &Path, message: &str, remedy: &str) -> Error {
    Error::new(path.display().to_string(), None, message, remedy)
}
