use tokio::task::spawn_blocking;

use crate::error::Error;

/// From how many bytes on a text is read apart.
const LARGE: usize = 128 << 10;

/// Reads a text of so many bytes; a large one on a thread of its own, since others wait meanwhile on
/// this one, and the question whether we live among them.
pub(crate) async fn apart<T: Send + 'static>(
    length: usize,
    read: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    if length < LARGE {
        return read();
    }
    spawn_blocking(read).await.unwrap_or(Err(Error::Broken))
}
