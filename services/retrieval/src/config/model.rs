use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use chassis::config::{self, Origin, Settings, data_home};
use serde::Deserialize;

const KEY: &str = "retrieval.model.dir";
/// The folder of the one model that is known, in the folder of models.
const NAME: &str = "all-MiniLM-L6-v2";
/// More threads than these are rather left to the rest of the program.
const ENOUGH_THREADS: usize = 4;
const MOST_THREADS: usize = 64;

/// A model whose files are on this machine.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "local"), allow(dead_code, reason = "nothing here could run it"))]
pub(crate) struct Model {
    /// The folder of its files.
    pub(crate) folder: PathBuf,
    /// How many threads it may run on.
    pub(crate) threads: usize,
    /// Whether its folder is named, so that it is kept at hand beside another that is chosen.
    pub(crate) is_named: bool,
}

#[derive(Deserialize)]
struct Section {
    dir: PathBuf,
    threads: usize,
}

impl Model {
    /// Looks for the files; a folder that is named and does not have them is refused.
    pub(super) fn read(settings: &Settings) -> Result<Option<Self>, config::Error> {
        let Section { dir, threads } = settings.section("retrieval.model")?;
        if threads > MOST_THREADS {
            let key = "retrieval.model.threads";
            return Err(settings.refuse(key, "is out of range", "choose up to 64, or 0"));
        }
        if !cfg!(feature = "local") {
            return Ok(None);
        }
        let is_own = *settings.origin(KEY) != Origin::Default && !dir.as_os_str().is_empty();
        let folder = if is_own { Some(dir) } else { usual() };
        let Some(folder) = folder else { return Ok(None) };
        let folder = if holds(&folder) { folder } else { folder.join(NAME) };
        if holds(&folder) {
            return Ok(Some(Self { folder, threads: running(threads), is_named: is_own }));
        }
        match is_own {
            true => {
                let what = format!("has no model: {} is not there", folder.display());
                Err(settings.refuse(
                    KEY,
                    &what,
                    "run `make model`, which fetches it, or leave it empty",
                ))
            }
            false => Ok(None),
        }
    }
}

/// Where `make model` puts it.
fn usual() -> Option<PathBuf> {
    Some(data_home()?.join("throughline/models"))
}

fn holds(folder: &Path) -> bool {
    ["model.safetensors", "tokenizer.json"].iter().all(|file| folder.join(file).is_file())
}

fn running(threads: usize) -> usize {
    let cores = available_parallelism().map_or(1, NonZero::get);
    if threads == 0 { cores.min(ENOUGH_THREADS) } else { threads }
}
