use axum::extract::{FromRequest, Request};
use bytes::Bytes;

use crate::body;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::json::{self, Fields, INVALID_REQUEST};
use crate::request::search;

/// A body that knows how to read itself.
pub(crate) trait RequestBody: Sized {
    /// The members there are, for people.
    const KNOWN: &'static str;

    /// Reads the members.
    fn read(fields: &mut Fields<'_>) -> Self;
}

/// What a request's body asks for, and what was replaced in it.
pub(crate) struct Posted<T> {
    pub(crate) body: T,
    pub(crate) warnings: Vec<String>,
}

impl<T: RequestBody + Send + 'static> FromRequest<Gateway> for Posted<T> {
    type Rejection = Error;

    async fn from_request(request: Request, gateway: &Gateway) -> Result<Self, Error> {
        let config = gateway.config();
        let bytes = body::read(request.into_body(), config.body_limit, config.body_timeout).await?;
        json::apart(bytes.len(), move || read(bytes)).await
    }
}

fn read<T: RequestBody>(bytes: Bytes) -> Result<Posted<T>, Error> {
    let text = json::check(bytes).map_err(search::deep)?;
    let mut fields = Fields::of(&text.text, INVALID_REQUEST)?;
    let body = T::read(&mut fields);
    fields.refuse_unknown(T::KNOWN);
    fields.finish()?;
    Ok(Posted { body, warnings: text.warnings })
}
