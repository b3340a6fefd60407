use utoipa::ToSchema;

use crate::json::Fields;
use crate::request::RequestBody;

/// A document to store.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct NewDocument {
    /// The text, up to 8 MiB; must not be blank.
    pub(crate) text: String,
    /// A title, searched with every piece of the text.
    pub(crate) title: Option<String>,
    /// The caller's own JSON; its members can be filtered by.
    #[schema(value_type = Option<Object>)]
    pub(crate) metadata: Option<String>,
}

impl RequestBody for NewDocument {
    const KNOWN: &'static str = "text, title, metadata";

    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            // A text that is absent is as blank as an empty one, and retrieval says so.
            text: fields.text("text").unwrap_or_default(),
            title: fields.text("title"),
            metadata: fields.raw("metadata").map(str::to_owned),
        }
    }
}
