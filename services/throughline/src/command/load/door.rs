use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chassis::http::{Client, Request};
use gateway::Basic;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use serde::Deserialize;
use serde_json::Value;

/// An answer with a whole proposal in it is a hundredth of this.
const LARGEST: usize = 32 << 20;

/// The way to `/invocations` of a target.
pub(super) struct Door {
    client: Client,
    url: String,
    headers: HeaderMap,
}

/// An answer: the members that matter here, whoever stands in front of the gateway.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    /// The HTTP status, the container's own where a platform wraps it.
    #[serde(skip)]
    pub(super) code: u16,
    /// The job.
    #[serde(deserialize_with = "text")]
    pub(super) job_id: String,
    /// How it is doing.
    #[serde(deserialize_with = "text")]
    pub(super) status: String,
    /// When to come back.
    pub(super) retry_after_ms: Option<u64>,
    #[serde(deserialize_with = "text")]
    message: String,
    error: Value,
    #[serde(rename = "OriginalStatusCode")]
    original_status: Option<u16>,
    #[serde(rename = "OriginalMessage")]
    original_message: Option<String>,
}

impl Door {
    /// The way to a target; connects nowhere.
    pub(super) fn open(
        target: &str,
        client: Client,
        password: Option<&Basic>,
    ) -> Result<Self, String> {
        let url = address(target);
        client.check(&url).map_err(|error| format!("{target}: {error}"))?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(basic) = password {
            let pair = STANDARD.encode(format!("{}:{}", basic.user.expose(), basic.pass.expose()));
            let value = HeaderValue::try_from(format!("Basic {pair}"));
            let mut value = value.map_err(|error| format!("gateway.basic: {error}"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(Self { client, url, headers })
    }

    /// Whether the target is on this machine's loopback.
    pub(super) fn is_here(&self) -> bool {
        self.client.check(&self.url).is_ok_and(|target| match target.host().to_string().as_str() {
            "localhost" | "[::1]" => true,
            host => host.starts_with("127."),
        })
    }

    /// Posts a body, and reads the answer whatever its status.
    pub(super) async fn post(&self, body: &Value, timeout: Duration) -> Result<Answer, String> {
        let request = Request {
            method: Method::POST,
            url: self.url.clone(),
            headers: self.headers.clone(),
            body: Bytes::from(body.to_string()),
            timeout,
            max_body: LARGEST,
        };
        let answer = self.client.send(request).await.map_err(|error| error.to_string())?;
        Ok(Answer::read(answer.status.as_u16(), &answer.body))
    }
}

impl Answer {
    /// Reads an answer; one that is no JSON has a status and nothing else.
    fn read(code: u16, body: &[u8]) -> Self {
        let answer: Self = serde_json::from_slice(body).unwrap_or_default();
        match (answer.original_status, &answer.original_message) {
            (Some(original), Some(message)) => Self::read(original, message.as_bytes()),
            _ => Self { code, ..answer },
        }
    }

    /// Whether it names a job that the target keeps.
    pub(super) fn is_accepted(&self) -> bool {
        matches!(self.code, 200..=299) && !self.job_id.is_empty()
    }

    /// Whether it shows a job that has ended.
    pub(super) fn is_end(&self) -> bool {
        let is_over = ["succeeded", "failed", "cancelled", "expired"].contains(&&*self.status);
        self.is_accepted() && is_over
    }

    /// The code of the job's error.
    pub(super) fn error_code(&self) -> String {
        self.error["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The answer in a few words.
    pub(super) fn shown(&self) -> String {
        match self.is_accepted() {
            true => self.status.clone(),
            false => format!("{} {}", self.code, self.message).trim_end().to_owned(),
        }
    }
}

/// A URL that ends in the door's own path is whole already.
fn address(target: &str) -> String {
    let base = target.trim_end_matches('/');
    match base.ends_with("/invocations") {
        true => base.to_owned(),
        false => format!("{base}/invocations"),
    }
}

/// A text, or nothing where a stranger's answer has something else in its place.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platform_hands_over_what_the_container_said() {
        let said =
            r#"{"message":"input is not valid","code":"invalid_input","retry_after_ms":null}"#;
        let wrapped = serde_json::json!({
            "Message": "Received client error (422)", "OriginalStatusCode": 422, "OriginalMessage": said,
        });
        let answer = Answer::read(424, wrapped.to_string().as_bytes());
        assert_eq!((answer.code, answer.shown()), (422, "422 input is not valid".to_owned()));
        // A time-out is told without the container's words.
        let late = Answer::read(424, br#"{"OriginalStatusCode":0,"OriginalMessage":""}"#);
        assert_eq!((late.code, late.is_accepted()), (0, false));
        assert_eq!(Answer::read(502, b"<html>").shown(), "502");
        assert!(Answer::read(202, br#"{"job_id":"job_1","status":"accepted"}"#).is_accepted());
    }

    #[test]
    fn a_whole_url_is_taken_as_it_is() {
        let endpoint = "http://127.0.0.1:9000/endpoints/throughline-dev/invocations";
        assert_eq!(address(endpoint), endpoint);
        assert_eq!(address("https://jobs.example.com/"), "https://jobs.example.com/invocations");
    }
}
