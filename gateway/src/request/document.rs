use proto::json::Filter;
use utoipa::ToSchema;

use crate::json::{Fields, INVALID_REQUEST};
use crate::request::{RequestBody, search};

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

/// Which documents to delete.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct Deletion {
    /// What holds of them, as `POST /v1/search` takes it; not a filter that every document passes, such as `{}`.
    #[schema(value_type = Object, required = true, example = json!({ "year": { "$lt": 2020 } }))]
    pub(crate) filter: Option<Filter>,
}

impl RequestBody for Deletion {
    const KNOWN: &'static str = "filter";

    fn read(fields: &mut Fields<'_>) -> Self {
        if !fields.is_set("filter") {
            fields.refuse(INVALID_REQUEST, "filter", "is missing");
        }
        Self { filter: search::filter(fields) }
    }
}
