//! The body of a request, read to its end or to a limit.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt;

use crate::error::Error;

/// What a body of unknown length is given to begin with.
const FIRST: usize = 16 << 10;

/// Reads a body. One over the limit is left where it is; whoever answers reads the rest away.
pub(crate) async fn read(body: Body, limit: usize, patience: Duration) -> Result<Bytes, Error> {
    match tokio::time::timeout(patience, collect(body, limit)).await {
        Ok(read) => read,
        Err(_) => Err(Error::BodyTooSlow(patience)),
    }
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Error> {
    let told = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if told > limit {
        return Err(Error::BodyTooLarge(limit));
    }
    let mut read = BytesMut::with_capacity(if told == 0 { FIRST.min(limit) } else { told });
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Error::BodyBroken)?.into_data() else { continue };
        if read.len() + data.len() > limit {
            return Err(Error::BodyTooLarge(limit));
        }
        read.extend_from_slice(&data);
    }
    Ok(read.freeze())
}
