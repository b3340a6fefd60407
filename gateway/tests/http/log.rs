//! What the log says of a request, and what it does not.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use crate::door::Door;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

/// One line for each request, which names its route and no content.
#[tokio::test]
async fn one_line_for_each_request_without_content() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().json().with_writer(lines.clone());
    let subscriber = subscriber.with_max_level(tracing::Level::DEBUG).finish();
    // With one subscriber alone, a line that another test's thread meets first would be off for good.
    let _other = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let _guard = tracing::subscriber::set_default(subscriber);
    let door = Door::open().await;
    let secret = "hunter2";
    let body = format!(
        r#"{{"input":{{"title":"{secret}"}},"callback":{{"url":"https://x/?t={secret}"}}}}"#
    );
    for (method, path, body) in [
        ("POST", "/v1/jobs", body.as_str()),
        ("POST", "/invocations", secret),
        ("GET", "/v1/jobs?cursor=hunter2", ""),
        ("GET", "/v1/jobs/hunter2", ""),
        ("GET", "/hunter2", ""),
        ("GET", "/ping", ""),
    ] {
        let request =
            door.request(method, path).header("authorization", secret).body(body.to_owned());
        request.send().await.unwrap();
    }
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let answered: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line["fields"]["message"] == "answered")
        .collect();
    let told: Vec<_> = answered
        .iter()
        .map(|line| {
            let fields = &line["fields"];
            let level = line["level"].as_str().unwrap();
            format!("{level} {} {} {}", fields["method"], fields["route"], fields["status"])
        })
        .collect();
    assert_eq!(
        told,
        [
            r#"INFO "POST" "/v1/jobs" 202"#,
            r#"INFO "POST" "/invocations" 400"#,
            r#"INFO "GET" "/v1/jobs" 200"#,
            r#"INFO "GET" "/v1/jobs/{job_id}" 200"#,
            r#"INFO "GET" "(none)" 404"#,
            r#"DEBUG "GET" "/ping" 200"#,
        ]
    );
    for line in &answered {
        assert!(line["fields"]["request_id"].as_str().unwrap().starts_with("req_"), "{line}");
        assert!(!line.to_string().contains(secret), "{line}");
    }
    assert!(answered[0]["fields"]["trace_id"].as_str().unwrap().len() == 32);
    let ours = text.lines().filter(|line| {
        !line.contains("\"hyper") && !line.contains("\"h2") && !line.contains("reqwest")
    });
    let leaks: Vec<_> = ours.filter(|line| line.contains(secret)).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
