//! How a log line looks.

use serde_json::{Value, json};

use crate::process;

async fn lines(variables: &[(&str, &str)]) -> Vec<String> {
    let output = process(variables).await;
    String::from_utf8(output.stderr).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn line_is_json_where_nobody_reads_it() {
    let lines = lines(&[]).await;
    let [working, warned] = &lines[..] else { panic!("{lines:?}") };
    let working: Value = serde_json::from_str(working).unwrap();
    assert_eq!((&working["level"], &working["message"]), (&json!("INFO"), &json!("working")));
    let mut warned: Value = serde_json::from_str(warned).unwrap();
    let timestamp = warned.as_object_mut().unwrap().remove("timestamp").unwrap();
    assert!(timestamp.as_str().unwrap().ends_with('Z'));
    let expected = json!({
        "level": "WARN", "message": "first\nsecond\u{1b}[0m", "job_id": "job_1", "attempt": 2,
        "target": "telemetry::child", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    });
    assert_eq!(warned, expected);
}

#[tokio::test]
async fn text_stays_on_its_line() {
    let lines =
        lines(&[("THROUGHLINE_LOG__FORMAT", "text"), ("THROUGHLINE_LOG__LEVEL", "warn")]).await;
    let [warned] = &lines[..] else { panic!("{lines:?}") };
    let expected = "WARN  first\\nsecond\\u{1b}[0m job_id=job_1 attempt=2 telemetry::child";
    assert!(warned.ends_with(expected), "{warned}");
}

#[tokio::test]
async fn directives_choose_by_target() {
    let directives = [("THROUGHLINE_LOG__LEVEL", "error,telemetry::child=info")];
    assert_eq!(lines(&directives).await.len(), 2);
}
