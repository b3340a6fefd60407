//! What n8n says in words where other receivers have a status. This is the only place that knows.

use http::StatusCode;

/// While it boots n8n answers every path 200 with this page, and runs no workflow.
pub(super) fn is_starting_up(status: StatusCode, content_type: &str, body: &str) -> bool {
    let is_page = content_type.trim_start().to_ascii_lowercase().starts_with("text/html");
    status == StatusCode::OK && is_page && body.trim_start().starts_with("n8n is starting up")
}

/// A resume URL was called once more after its execution had gone on: the first call arrived.
pub(super) fn has_finished(status: StatusCode, body: &str) -> bool {
    status == StatusCode::CONFLICT && body.contains("has finished")
}

/// Whether a URL resumes one waiting execution. Once that is gone nothing brings it back, while a
/// workflow's own URL works again when the workflow is published again.
pub(super) fn is_resume_url(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.contains("/webhook-waiting/")
}
