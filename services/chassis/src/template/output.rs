use std::io::{Error, Result, Write};

/// A rendered text may be as large as this.
pub(super) const LIMIT: usize = 1 << 20;

/// Takes what is rendered, up to the limit.
#[derive(Debug, Default)]
pub(super) struct Output(Vec<u8>);

impl Output {
    pub(super) fn into_string(self) -> String {
        String::from_utf8(self.0).unwrap_or_default()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if self.0.len() + bytes.len() > LIMIT {
            return Err(Error::other("too large"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
