//! Secrets that nobody configured: made once, and kept beside the embedded store.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use chassis::secret::Secret;
use tracing::info;

use crate::error::Error;

/// The secret in this file of the state folder; one is made where there is none.
pub(crate) fn generated(
    folder: &Path,
    file: &str,
    make: impl FnOnce() -> Secret,
) -> Result<Secret, Error> {
    let path = folder.join(file);
    match fs::read_to_string(&path) {
        Ok(secret) if !secret.trim().is_empty() => Ok(secret.trim().to_owned().into()),
        Ok(_) => Err(unusable(&path, "is empty; remove it or write a secret into it")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let secret = make();
            write_private(&path, secret.expose()).map_err(|error| unusable(&path, error))?;
            info!(path = %path.display(), "a new {file} was made, in this file");
            Ok(secret)
        }
        Err(error) => Err(unusable(&path, error)),
    }
}

fn unusable(path: &Path, why: impl std::fmt::Display) -> Error {
    Error::Secret(format!("in {}: {why}", path.display()))
}

/// Whole or not at all: a half-written secret would sign what nobody can verify.
fn write_private(path: &Path, secret: &str) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    fs::rename(&draft, path)
}
