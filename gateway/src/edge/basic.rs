use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue};
use subtle::ConstantTimeEq;

use crate::config::Basic;
use crate::error::Error;
use crate::gateway::Gateway;

/// Lets callers in who know the name and the password, where these are asked for.
pub(crate) async fn admit(
    State(gateway): State<Gateway>,
    request: Request,
    next: Next,
) -> Response {
    let config = gateway.config();
    if !config.asks_for_password() || knows(&config.basic, request.headers()) {
        return next.run(request).await;
    }
    let mut response = Error::Unauthenticated.into_response();
    let challenge = HeaderValue::from_static("Basic realm=\"throughline\", charset=\"UTF-8\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

fn knows(basic: &Basic, headers: &HeaderMap) -> bool {
    let Some(sent) = credentials(headers) else { return false };
    let expected = format!("{}:{}", basic.user.expose(), basic.pass.expose());
    sent.ct_eq(expected.as_bytes()).into()
}

fn credentials(headers: &HeaderMap) -> Option<Vec<u8>> {
    let (scheme, text) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    is_basic.then(|| STANDARD.decode(text.trim()).ok())?
}
