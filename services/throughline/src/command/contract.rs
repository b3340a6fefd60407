use std::fs;
use std::path::Path;

use crate::exit::Exit;
use crate::print;

/// Writes the proto files below a folder, at the paths that their imports name.
pub(crate) fn export(dir: &Path) -> Result<(), Exit> {
    for (path, text) in proto::FILES {
        let file = dir.join(path);
        let folder = file.parent().unwrap_or(dir);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&file, text));
        written.map_err(|error| Exit::Failed(format!("{}: {error}", file.display())))?;
        print::line(file.display());
    }
    Ok(())
}
