use utoipa::ToSchema;

use crate::json::Fields;
use crate::request::RequestBody;

/// A collection to make.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct NewCollection {
    /// Its name: lower-case letters, digits, `-` and `_`, at most 63, beginning with a letter or digit.
    #[schema(required = true)]
    pub(crate) collection: Option<String>,
    /// What it is for.
    pub(crate) description: Option<String>,
}

impl RequestBody for NewCollection {
    const KNOWN: &'static str = "collection, description";

    fn read(fields: &mut Fields<'_>) -> Self {
        Self { collection: fields.text("collection"), description: fields.text("description") }
    }
}
