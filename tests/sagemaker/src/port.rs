//! Ports of the loopback address that nobody used a moment ago.
//!
//! They lie below those that systems give to outgoing connections, which would take one before its process does.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Error;

const FIRST: u16 = 12_000;
const COUNT: u32 = 20_000;

/// One port.
pub fn free() -> Result<u16, Error> {
    free_range(1)
}

/// So many ports in a row; the first of them.
pub fn free_range(count: u16) -> Result<u16, Error> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Programs that run at the same time begin at different places.
    let begin = std::process::id().wrapping_mul(613);
    for _ in 0..COUNT {
        let next = NEXT.fetch_add(u32::from(count), Ordering::Relaxed);
        let step = begin.wrapping_add(next) % COUNT.saturating_sub(u32::from(count)).max(1);
        let first = u16::try_from(u32::from(FIRST) + step).map_err(|_| Error::Ports(count))?;
        if (first..first.saturating_add(count)).all(is_free) {
            return Ok(first);
        }
    }
    Err(Error::Ports(count))
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}
