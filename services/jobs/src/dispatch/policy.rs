//! What an answer to a delivery means.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use crate::dispatch::n8n;

/// What a receiver answered.
#[derive(Clone, Debug)]
pub struct Received<'a> {
    /// Where it was sent.
    pub url: &'a str,
    /// The status.
    pub status: StatusCode,
    /// The header `content-type`; empty where there is none.
    pub content_type: &'a str,
    /// The header `retry-after`; empty where there is none.
    pub retry_after: &'a str,
    /// The beginning of the body.
    pub body: &'a str,
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It arrived.
    Delivered,
    /// Try again, not before the receiver asked for it.
    Retry(Option<Duration>),
    /// Try again for a short time only: who was to receive it may be gone for good.
    RetryShortly,
    /// Trying again does not help.
    GiveUp,
}

/// Whether the body is needed to judge an answer with this status and type.
pub(super) fn needs_body(status: StatusCode, content_type: &str) -> bool {
    let is_page = content_type.trim_start().to_ascii_lowercase().starts_with("text/html");
    status == StatusCode::CONFLICT || (status == StatusCode::OK && is_page)
}

/// Judges an answer.
pub fn judge(received: &Received<'_>, now: SystemTime) -> Verdict {
    let Received { url, status, content_type, retry_after, body } = *received;
    if n8n::is_starting_up(status, content_type, body) {
        return Verdict::Retry(None);
    }
    if status.is_success() || n8n::has_finished(status, body) {
        return Verdict::Delivered;
    }
    let may_be_gone = status == StatusCode::NOT_FOUND || status == StatusCode::UNAUTHORIZED;
    if may_be_gone && n8n::is_resume_url(url) {
        return Verdict::RetryShortly;
    }
    match status {
        StatusCode::NOT_FOUND
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::CONFLICT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS => Verdict::Retry(wait(retry_after, now)),
        status if status.is_client_error() => Verdict::GiveUp,
        // A redirect is not followed, and may be gone when somebody has looked at it.
        _ => Verdict::Retry(wait(retry_after, now)),
    }
}

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Reads `retry-after`, in seconds or as a date; a receiver may ask for a second up to an hour.
fn wait(retry_after: &str, now: SystemTime) -> Option<Duration> {
    let text = retry_after.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(wait.clamp(SHORTEST, LONGEST))
}
