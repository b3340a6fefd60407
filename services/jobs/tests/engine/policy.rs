//! What each answer means, row by row.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use jobs::dispatch::{Received, Verdict, judge};

const HOOK: &str = "https://n8n.test/webhook/job";
const RESUME: &str = "https://n8n.test/webhook-waiting/231?signature=abc";
const RETRY: Verdict = Verdict::Retry(None);
const STARTING: &str = "n8n is starting up. Please wait";
const FINISHED: &str = "The execution \"28 has finished already.";
const RUNNING: &str = "The execution \"16\" is running already.";

/// URL, status, content type, body, and what to do.
const TABLE: &[(&str, u16, &str, &str, Verdict)] = &[
    (HOOK, 200, "application/json", "{\"message\":\"Workflow was started\"}", Verdict::Delivered),
    (HOOK, 201, "", "", Verdict::Delivered),
    (HOOK, 204, "", "", Verdict::Delivered),
    (HOOK, 200, "text/html; charset=utf-8", STARTING, RETRY),
    (HOOK, 200, "TEXT/HTML", "\n n8n is starting up. Please wait", RETRY),
    (HOOK, 200, "text/plain", STARTING, Verdict::Delivered),
    (HOOK, 200, "text/html", "<p>thank you</p>", Verdict::Delivered),
    (HOOK, 301, "", "", RETRY),
    (HOOK, 302, "", "", RETRY),
    (HOOK, 400, "", "", Verdict::GiveUp),
    (HOOK, 401, "", "Authorization is required!", Verdict::GiveUp),
    (HOOK, 403, "", "", Verdict::GiveUp),
    (HOOK, 404, "text/html", "Cannot POST /webhook/job", RETRY),
    (HOOK, 404, "application/json", "{\"code\":404}", RETRY),
    (HOOK, 405, "", "", Verdict::GiveUp),
    (HOOK, 408, "", "", RETRY),
    (HOOK, 409, "", RUNNING, RETRY),
    (HOOK, 409, "", FINISHED, Verdict::Delivered),
    (HOOK, 409, "", "The execution \"7 has finished with error", Verdict::Delivered),
    (HOOK, 410, "", "", Verdict::GiveUp),
    (HOOK, 413, "", "", Verdict::GiveUp),
    (HOOK, 418, "", "", Verdict::GiveUp),
    (HOOK, 422, "", "", Verdict::GiveUp),
    (HOOK, 425, "", "", RETRY),
    (HOOK, 429, "", "", RETRY),
    (HOOK, 500, "", "{\"message\":\"Error in workflow\"}", RETRY),
    (HOOK, 502, "", "", RETRY),
    (HOOK, 503, "", "Database is not ready!", RETRY),
    (HOOK, 504, "", "", RETRY),
    (RESUME, 404, "", "does not exist", Verdict::RetryShortly),
    (RESUME, 401, "", "{\"error\":\"Invalid token\"}", Verdict::RetryShortly),
    (RESUME, 409, "", RUNNING, RETRY),
    (RESUME, 409, "", FINISHED, Verdict::Delivered),
    (RESUME, 403, "", "", Verdict::GiveUp),
    (RESUME, 200, "", "", Verdict::Delivered),
];

#[test]
fn every_answer_has_its_meaning() {
    for (url, status, content_type, body, expected) in TABLE {
        let status = StatusCode::from_u16(*status).unwrap();
        let received = Received { url, status, content_type, retry_after: "", body };
        assert_eq!(judge(&received, SystemTime::now()), *expected, "{url} {status} {body}");
    }
}

#[test]
fn retry_after_is_read_in_both_forms() {
    // Sun, 06 Nov 1994 08:49:37 GMT
    let date = UNIX_EPOCH + Duration::from_secs(784_111_777);
    let now = date - Duration::from_secs(90);
    for (text, expected) in [
        ("120", Some(120)),
        (" 7 ", Some(7)),
        ("0", Some(1)),
        ("999999", Some(3600)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(90)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", Some(1)),
        ("-1", None),
        ("soon", None),
        ("", None),
    ] {
        for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE] {
            let received =
                Received { url: HOOK, status, content_type: "", retry_after: text, body: "" };
            let expected = Verdict::Retry(expected.map(Duration::from_secs));
            assert_eq!(judge(&received, now), expected, "{text:?}");
        }
    }
}
