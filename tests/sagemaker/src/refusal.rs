use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

/// The account that the platform pretends to be.
const ACCOUNT: &str = "111122223333";

/// An error of the service, in its wire form: the type in a header, the rest as JSON.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: u16,
    kind: Option<&'static str>,
    body: Value,
}

/// What a container answered that is no success.
pub(crate) struct Failure<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) region: &'a str,
    /// How the platform calls the container: its hostname in mode Direct, else `primary`.
    pub(crate) container: &'a str,
    /// 0 where it did not answer in time.
    pub(crate) status: u16,
    pub(crate) message: &'a str,
}

impl Refusal {
    pub(crate) fn model(failure: &Failure<'_>) -> Self {
        let Failure { endpoint, region, container, status, message } = failure;
        let (side, code) = match status {
            400..=499 => ("client", Some("CLIENT_ERROR_FROM_MODEL")),
            500..=599 => ("server", Some("INTERNAL_FAILURE_FROM_MODEL")),
            _ => ("server", None),
        };
        let group = format!("/aws/sagemaker/Endpoints/{endpoint}");
        let console = format!(
            "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#logEventViewer:group={group}"
        );
        let mut body = Map::new();
        if let Some(code) = code {
            body.insert("ErrorCode".into(), code.into());
        }
        body.insert(
            "LogStreamArn".into(),
            format!("arn:aws:logs:{region}:{ACCOUNT}:log-group:{group}").into(),
        );
        body.insert(
            "Message".into(),
            format!("Received {side} error ({status}) from {container} with message \"{message}\". See {console} in account {ACCOUNT} for more information.").into(),
        );
        body.insert("OriginalMessage".into(), (*message).into());
        body.insert("OriginalStatusCode".into(), (*status).into());
        Self { status: 424, kind: Some("ModelError"), body: body.into() }
    }

    pub(crate) fn not_ready() -> Self {
        Self::named(
            429,
            "ModelNotReadyException",
            "Model is not ready for inference. Please wait and try again.",
        )
    }

    pub(crate) fn unavailable() -> Self {
        Self::named(503, "ServiceUnavailable", "The service is currently unavailable.")
    }

    pub(crate) fn endpoint_unknown(name: &str) -> Self {
        Self::invalid(&format!("Endpoint {name} of account {ACCOUNT} not found."))
    }

    pub(crate) fn target_missing(endpoint: &str) -> Self {
        Self::invalid(&format!(
            "Endpoint {endpoint} has several containers in mode Direct: the request must have a TargetContainerHostname."
        ))
    }

    pub(crate) fn target_unknown(endpoint: &str, hostname: &str) -> Self {
        Self::invalid(&format!(
            "Endpoint {endpoint} has no container with the hostname {hostname}."
        ))
    }

    pub(crate) fn target_unwanted(endpoint: &str) -> Self {
        Self::invalid(&format!(
            "Endpoint {endpoint} has no containers in mode Direct: the request must not have a TargetContainerHostname."
        ))
    }

    /// What the service says of a member that breaks its model.
    pub(crate) fn constraint(member: &str, constraint: &str) -> Self {
        Self::invalid(&format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}"
        ))
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let body = json!({ "message": format!("HTTP content length exceeded {limit} bytes.") });
        Self { status: 413, kind: None, body }
    }

    pub(crate) fn signature(kind: &'static str, message: impl Into<String>) -> Self {
        Self { status: 403, kind: Some(kind), body: json!({ "message": message.into() }) }
    }

    pub(crate) fn unknown_operation() -> Self {
        Self { status: 404, kind: Some("UnknownOperationException"), body: json!({}) }
    }

    pub(crate) fn broken_request(why: &str) -> Self {
        Self { status: 400, kind: Some("SerializationException"), body: json!({ "message": why }) }
    }

    fn invalid(message: &str) -> Self {
        Self::named(400, "ValidationError", message)
    }

    fn named(status: u16, kind: &'static str, message: &str) -> Self {
        Self { status, kind: Some(kind), body: json!({ "Message": message }) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let json = [(header::CONTENT_TYPE, "application/json")];
        let kind = self.kind.map(|kind| [("x-amzn-errortype", kind)]);
        (status, json, kind, self.body.to_string()).into_response()
    }
}
