use chassis::failure;
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not served: the members of RFC 9457, and what callers act on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: `code` says what a type would say.
    #[schema(example = "about:blank")]
    pub(crate) r#type: String,
    /// The HTTP status in words.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What happened this time, and what to do about it.
    pub(crate) detail: String,
    /// The path that was asked for.
    pub(crate) instance: String,
    /// The same as `detail`, under the name that most clients show.
    pub(crate) message: String,
    /// A stable name, such as `invalid_input`.
    #[schema(example = "invalid_input")]
    pub(crate) code: String,
    /// The job that was asked for; absent where it is about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) job_id: Option<String>,
    /// The request, as the gateway's log names it.
    pub(crate) request_id: String,
    /// The trace that the request belongs to, 32 hexadecimal digits; absent where none was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trace_id: Option<String>,
    /// Whether sending the same request again may help.
    pub(crate) retryable: bool,
    /// How long to wait before that, in milliseconds; absent where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after_ms: Option<u64>,
    /// The service that refused or failed; absent where it is the gateway itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hop: Option<String>,
    /// The fields that were refused; absent where no field is to blame.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<Violation>,
}

/// One field that was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Violation {
    /// Where the field is, such as `input.title`.
    pub(crate) path: String,
    /// What is wrong with it.
    pub(crate) message: String,
}

impl Problem {
    /// A failure as an answer to one request.
    pub(crate) fn answering(
        problem: failure::Problem,
        instance: String,
        request_id: String,
        trace_id: Option<String>,
    ) -> Self {
        let violation = |failure::Violation { path, message }| Violation { path, message };
        Self {
            r#type: problem.r#type,
            title: problem.title,
            status: problem.status,
            detail: problem.detail,
            instance,
            message: problem.message,
            code: problem.code,
            job_id: None,
            request_id,
            trace_id,
            retryable: problem.retryable,
            retry_after_ms: problem.retry_after_ms,
            hop: problem.hop,
            errors: problem.errors.into_iter().map(violation).collect(),
        }
    }
}
