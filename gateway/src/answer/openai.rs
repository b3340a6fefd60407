use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Json;
use crate::error::Error;

/// Why a request was not served, as OpenAI's clients read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OpenAiProblem {
    /// The failure.
    pub(crate) error: OpenAiError,
}

/// A failure in OpenAI's words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OpenAiError {
    /// What happened, and what to do about it.
    pub(crate) message: String,
    /// `invalid_request_error` where the request is to blame, else `server_error`.
    pub(crate) r#type: &'static str,
    /// The member that was refused; null where none is to blame.
    #[schema(required = true)]
    pub(crate) param: Option<String>,
    /// A stable name, such as `embedder_not_found`.
    pub(crate) code: String,
}

/// A failure on its way to such a client.
pub(crate) struct Failed(StatusCode, Option<u64>, OpenAiProblem);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let problem = error.problem();
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let status = match status {
            // Their clients repeat what was answered with 409, and know no 422.
            StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
            other => other,
        };
        let r#type =
            if status.is_client_error() { "invalid_request_error" } else { "server_error" };
        let param = problem.errors.first().map(|violation| violation.path.clone());
        let error = OpenAiError { message: problem.message, r#type, param, code: problem.code };
        Self(status, problem.retry_after_ms, OpenAiProblem { error })
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let Self(status, wait, problem) = self;
        let mut response = Json(status, problem).into_response();
        if let Some(wait) = wait {
            let seconds = HeaderValue::from(wait.div_ceil(1000));
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}
